/**
 * Writes examples/schedules.jsonl, tasks.jsonl and messages.jsonl: what business systems enqueue besides todos,
 * in the shapes of documents 002, 003 and 001. Every run writes the same files. Run with `node
 * examples/generate-others.ts`.
 */
import { writeFileSync } from "node:fs";

const COUNT = 120;
const HOUR = 3_600_000;
/** Monday, 30 November 2026, 09:00 in Shanghai. */
const FIRST_START = Date.UTC(2026, 10, 30, 1);

const creators = ["5a67e08d00b0e8dfe4aab4fa", "5a77c5e9cb9520ddd73c6d51", "5abefbb171d07500e082b672"];
const people = ["成建蒋", "王海燕", "李文博", "张晓峰", "陈思远", "符兰英", "吴清源", "林志强"];
const meetings = ["周例会", "预算评审会", "安全生产检查", "项目启动会", "供应商洽谈", "绩效面谈"];
const matters = [
  "建设项目用地预审",
  "企业投资项目备案",
  "公文会签",
  "政务公开审核",
  "督查督办",
  "信访事项办理",
];
const projects = ["智慧园区", "数据中台", "移动办公", "档案数字化"];

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};
const serial = (index: number): string => String(index + 1).padStart(6, "0");

/** Each schedule, and after every third one a change that refers to it by its key. */
function schedule(index: number): object[] {
  const key = `crm-visit-2026-${serial(index)}`;
  const openid = at(creators, index);
  const content = `${at(meetings, index)}:与${at(people, index)}确认${at(projects, index)}进度(${serial(index)})`;
  const startDate = FIRST_START + index * HOUR;
  const create = {
    account: "yzj",
    operation: "schedule.create",
    key,
    payload: {
      openid,
      content,
      startDate,
      endDate: startDate + HOUR,
      noticeTime: 15,
      topState: 0,
      actors: [],
      submitExperience: false,
    },
  };
  if (index % 3 !== 2) return [create];
  const verb = at(["modify", "finish", "delete"], Math.floor(index / 3));
  const changed =
    verb === "modify" ? { content: `${content} 改期`, startDate, endDate: startDate + 2 * HOUR } : {};
  const change = {
    account: "yzj",
    operation: `schedule.${verb}`,
    key: `${key}-${verb}`,
    payload: { of: key, openid, ...changed },
  };
  return [create, change];
}

function task(index: number): object {
  const id = serial(index);
  const assignees = Array.from({ length: index % 3 === 0 ? 3 : 1 }, (_, nth) => {
    const name = at(people, index + nth);
    return { assigneeId: `${20_000 + index * 3 + nth}`, assigneeInfo: { imgId: "", name } };
  });
  return {
    account: "hn",
    operation: "task.create",
    key: `gov-matter-2026-${id}`,
    payload: {
      subject: `${at(matters, index)}(${id})`,
      creatorId: "10001",
      creatorInfo: { imgId: "", name: at(people, index + 3) },
      tenantId: "1",
      assignees,
      url: `https://oa.example.com/matter?id=${id}`,
      mobileUrl: `https://m.example.com/matter?id=${id}`,
      dueTime: `2026-12-${String((index % 28) + 1).padStart(2, "0")} 18:00:00`,
      dueNotifyTypeArr: "app,notification",
      dueNotifyLevel: 2,
      detailLinkOpenType: "ddtab",
    },
  };
}

function message(index: number): object {
  const state = at(["delivered", "read", "handled"], index);
  const title = `${at(projects, index)}任务${serial(index)}`;
  return {
    account: "mall",
    operation: "message.await",
    key: `mall-message-2026-${serial(index)}`,
    payload: { plugin: "project-manager", recipient_id: 2, title, state },
  };
}

function write(name: string, rows: readonly object[]): void {
  const file = new URL(`${name}.jsonl`, import.meta.url);
  writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
}

const numbers = Array.from({ length: COUNT }, (_, index) => index);
write("schedules", numbers.flatMap(schedule));
write("tasks", numbers.map(task));
write("messages", numbers.map(message));
