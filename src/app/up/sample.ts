/**
 * `bida up --sample`: fills the sandbox with failed deliveries to look at in the console: groups of dead
 * letters, one of them acknowledged, a held lane, a platform that is down behind an open breaker, a paused
 * account, and a bulk replay whose deliveries die again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { BidaClient } from "../../doors/client/bida-client.ts";
import type { UncheckedOrder, UncheckedPayloads } from "../../doors/client/types.ts";

interface SampleOptions {
  readonly client: BidaClient<UncheckedPayloads>;
  readonly sandboxUrl: string;
  readonly signal: AbortSignal;
}

const APP = "500041933";
const LOOK_EVERY_MS = 200;
const MOST_WAIT_MS = 15_000;

export async function fillSample({ client, sandboxUrl, signal }: SampleOptions): Promise<void> {
  const down = { fault: "error-before", status: 503, endpoint: "task.create", times: -1 };
  const refusal = { fault: "parameter-error", endpoint: "todo.create" };
  await misbehave(sandboxUrl, { script: [down, { ...refusal, times: -1 }] });
  const [head, ...behind] = heldLane();
  await client.sendBatch([...refusedOnes(), ...(head === undefined ? [] : [head]), ...downOnes()]);
  await dead(client, { count: REFUSED + 1, signal });
  await misbehave(sandboxUrl, {
    script: [down, { fault: "firewall", endpoint: "schedule.create", times: -1 }],
    options: {
      isAnew: true,
    },
  });
  await client.sendBatch([...goodOnes(), ...behind, ...barredOnes()]);
  await dead(client, { count: REFUSED + 1 + BARRED, signal });
  // The first few replayed deliveries die again.
  await misbehave(sandboxUrl, { script: [down, { ...refusal, times: 6 }], options: { isAnew: true } });
  await takeCare(client);
}

const REFUSED = 14;
const BARRED = 5;

const ANN = "5a9090be44963150c2c059e6";

function goodOnes(): UncheckedOrder[] {
  return range(30).map((n) => todo(`leave-${n}`, "请假审批"));
}

function refusedOnes(): UncheckedOrder[] {
  return range(REFUSED).map((n) => todo(`expense-${n}`, "报销审批"));
}

/** Deliveries that a firewall in front of the platform refuses. */
function barredOnes(): UncheckedOrder[] {
  return range(BARRED).map((n): UncheckedOrder => {
    const startDate = Date.now() + (n + 1) * 3_600_000;
    const hour = { startDate, endDate: startDate + 3_600_000 };
    const payload = { openid: ANN, content: `周会 ${n + 1}`, noticeTime: 15, ...hour };
    return { account: "yzj", operation: "schedule.create", key: `meeting-${n}`, payload };
  });
}

/** The first one is refused; the others wait behind it. */
function heldLane(): UncheckedOrder[] {
  return range(5).map((n) => ({ ...todo(`contract-${n}`, "合同审批 HT-2026-117"), lane: "HT-2026-117" }));
}

/** Enough failing calls to open the breaker. */
function downOnes(): UncheckedOrder[] {
  return range(16).map((n) => ({
    account: "hn",
    operation: "task.create",
    key: `task-${n}`,
    payload: {
      subject: `整改任务 ${n + 1}`,
      creatorId: "10001",
      creatorInfo: { imgId: "", name: "张晓峰" },
      tenantId: "1",
      assignees: [{ assigneeId: "20000", assigneeInfo: { imgId: "", name: "成建蒋" } }],
      url: `https://oa.example.com/matter?id=${n}`,
      mobileUrl: `https://m.example.com/matter?id=${n}`,
    },
  }));
}

function todo(key: string, title: string): UncheckedOrder {
  const payload = {
    appId: APP,
    sourceId: key,
    title,
    content: `${title} ${key}`,
    headImg: "https://oa.example.com/icon.png",
    url: `https://oa.example.com/${key}`,
    params: [{ openId: ANN }],
  };
  return { account: "yzj", operation: "todo.create", key, metadata: { system: "OA", order: key }, payload };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Waits until this many deliveries are dead. */
async function dead(
  client: BidaClient<UncheckedPayloads>,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<void> {
  const until = performance.now() + MOST_WAIT_MS;
  for (;;) {
    const { counted } = await client.deadLetters.groups();
    if (counted >= count || performance.now() > until) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function takeCare(client: BidaClient<UncheckedPayloads>): Promise<void> {
  const { items } = await client.deadLetters.groups();
  const [largest, second] = items;
  if (second !== undefined)
    await client.deadLetters.markGroup(second, {
      acknowledged: true,
      assignee: "张三",
      note: "防火墙误拦，已找网络组",
    });
  if (largest !== undefined)
    await client.deadLetters.replayMany({
      filter: { account: largest.account, operation: largest.operation, reason: "rejected" },
      ratePerSecond: 0.1,
      note: "链接已修正，重投",
    });
  await client.pauseAccount("mall", { note: "平台升级", until: Date.now() + 3 * 3_600_000 });
}

/** `isAnew`: clears earlier faults first. */
async function misbehave(
  sandboxUrl: string,
  {
    script,
    options: { isAnew } = { isAnew: false },
  }: { readonly script: readonly object[]; readonly options?: { isAnew: boolean } },
): Promise<void> {
  const body = JSON.stringify({ script, ...(isAnew ? { clear: true } : {}) });
  const answer = await request(`${sandboxUrl}/_sandbox/faults`, { method: "POST", body });
  await answer.body.dump();
  if (answer.statusCode !== 200)
    throw new Error(`the sandbox takes no such fault: HTTP ${answer.statusCode}`);
}
