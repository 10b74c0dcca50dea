/**
 * Writes examples/todos.jsonl: todos as an OA system would enqueue them, in the shape of document 000, section
 * 1.3. Seeded, so every run writes the same file. Run with `node examples/generate-todos.ts`.
 */
import { writeFileSync } from "node:fs";

const COUNT = 360;
const APP_ID = "500041933";

let state = 20_261_123;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
}
const below = (limit: number): number => Math.floor(random() * limit);
const hex = (length: number): string => Array.from({ length }, () => "0123456789abcdef"[below(16)]).join("");
function pick<T>(items: readonly T[]): T {
  const item = items[below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const people = Array.from({ length: 60 }, () => `5a${hex(22)}`);
const names = [
  "成建蒋",
  "王海燕",
  "李文博",
  "张晓峰",
  "陈思远",
  "符兰英",
  "吴清源",
  "林志强",
  "黄雅婷",
  "周国栋",
  "邢丽娜",
  "蔡明辉",
];
const departments = [
  "财务部",
  "人力资源部",
  "信息中心",
  "办公室",
  "工程管理部",
  "采购部",
  "法务部",
  "市场部",
  "安全生产部",
];
const suppliers = ["海口椰城商贸有限公司", "三亚蓝湾科技有限公司", "琼海机电设备厂", "儋州新华印务有限公司"];
const amount = (): string => `${(below(98_000) + 200).toLocaleString("zh-CN")}元`;
const day = (): string => `11月${below(28) + 1}日`;

interface Kind {
  readonly code: string;
  readonly title: string;
  readonly content: () => string;
}

const kinds: readonly Kind[] = [
  {
    code: "leave",
    title: "请假审批",
    content: () => `${pick(names)}申请${day()}起年假${below(5) + 1}天,请您审批`,
  },
  {
    code: "expense",
    title: "费用报销",
    content: () => `${pick(departments)}${pick(names)}提交差旅报销单,金额${amount()},请您审批`,
  },
  {
    code: "purchase",
    title: "采购申请",
    content: () => `${pick(departments)}申请向${pick(suppliers)}采购办公设备,预算${amount()}`,
  },
  {
    code: "contract",
    title: "合同会签",
    content: () => `与${pick(suppliers)}的服务合同(${amount()})待您会签`,
  },
  {
    code: "seal",
    title: "用印申请",
    content: () => `${pick(names)}申请使用公章,用于《${pick(suppliers)}合作协议》一式${below(4) + 2}份`,
  },
  {
    code: "meeting",
    title: "会议通知",
    content: () => `${day()}下午三点在${below(12) + 3}楼会议室召开${pick(departments)}月度例会,请确认出席`,
  },
  {
    code: "inspect",
    title: "巡检整改",
    content: () => `${day()}消防巡检发现${below(6) + 1}处隐患,请于三个工作日内完成整改并回复`,
  },
  {
    code: "payment",
    title: "付款审批",
    content: () => `应付${pick(suppliers)}货款${amount()},发票已核验,请您审批`,
  },
  {
    code: "onboard",
    title: "入职办理",
    content: () => `新员工${pick(names)}将于${day()}到${pick(departments)}报到,请准备工位与账号`,
  },
];

function todo(index: number): unknown {
  const kind = pick(kinds);
  const number = String(index + 1).padStart(6, "0");
  const sourceId = `oa-${kind.code}-2026-${number}`;
  const recipients = new Set<string>();
  const wanted = below(3) + 1;
  while (recipients.size < wanted) recipients.add(pick(people));
  return {
    account: "yzj",
    operation: "todo.create",
    key: sourceId,
    payload: {
      content: kind.content(),
      title: kind.title,
      itemtitle: `${kind.title}(${number})`,
      headImg: "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
      appId: APP_ID,
      senderId: pick(people),
      params: [...recipients].map((openId) => ({ status: { DO: 0, READ: 0 }, openId })),
      url: `https://oa.example.com/form/${kind.code}?id=${number}`,
      sourceId,
    },
  };
}

const lines = Array.from({ length: COUNT }, (_, index) => JSON.stringify(todo(index)));
writeFileSync(new URL("todos.jsonl", import.meta.url), `${lines.join("\n")}\n`);
