/**
 * The fleet as people look at it: the stream, cut and taken up again, the processes that run, the doctor, statistics.
 */
import { get, type IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { announced } from "../../../src/app/heartbeat.ts";
import { startApi } from "../../../src/app/api.ts";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { WorkerStore } from "../../../src/storage/worker-store.ts";
import { AccountKeys } from "../../../src/storage/keys.ts";
import { connect } from "../../../src/storage/connection.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { FAST } from "../../support/pace.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";
import { InstallationKeys } from "../../../src/storage/installation-keys.ts";

let system: ApiSystem;
const open: IncomingMessage[] = [];
beforeAll(async () => {
  system = await startApiSystem({
    account: "todo: { mode: sync }\n    slo: { confirmWithin: 1d, objective: 99.9 }",
    liveEveryMs: 50,
  });
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.destroy();
});
afterAll(async () => system.close());

interface Stream {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: () => string;
  readonly ended: Promise<void>;
  readonly cut: () => void;
}

async function stream(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/v1/stream`, { headers: { authorization: `Bearer ${KEYS.eye}`, ...headers } }, resolve).on(
      "error",
      reject,
    );
  });
  open.push(answer);
  let text = "";
  answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = new Promise<void>((resolve) => answer.once("close", resolve));
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => text,
    ended,
    cut: () => answer.destroy(),
  };
}

const idsIn = (text: string): string[] => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? "");
const seen = (events: Stream, count: number) =>
  eventually(
    async () => idsIn(events.text()),
    (ids) => ids.length >= count,
  );

it("the stream sends what changes, and after a cut only what is new", async () => {
  const first = await stream(system.api.url);
  const [before = ""] = await seen(first, 1);
  first.cut();
  const same = await stream(system.api.url, { "last-event-id": before });
  await eventually(
    async () => same.text(),
    (text) => text.includes("retry: "),
  );
  await system.ended(await system.enqueue(aTodo()));
  const ids = await seen(same, 1);

  expect(first.status).toBe(200);
  expect(first.headers).toMatchObject({
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
    "cache-control": "no-store",
  });
  expect(first.text()).toContain('"accounts":[{"name":"yzj"');
  expect(ids).not.toContain(before);
});

it("a producer or a caller without a key gets no stream; an API that stops ends open streams", async () => {
  const denied = await system.call("/v1/stream", { key: "oa" });
  const unknown = await system.call("/v1/stream", { key: null });
  const config = { ...system.config, api: { ...system.config.api, port: 0 } };
  const api = await startApi({ config, emit: () => undefined, tuning: FAST, liveEveryMs: 50 });
  const events = await stream(api.url);
  await seen(events, 1);

  await api.stop();
  await events.ended;

  expect([denied.status, unknown.status]).toEqual([403, 401]);
});

it("the client follows it, and ends with its signal", async () => {
  const client = new BidaClient({ url: system.api.url, key: KEYS.ops });
  const over = new AbortController();
  const backlogs: number[] = [];
  for await (const { accounts } of client.live(over.signal)) {
    backlogs.push(accounts.find(({ name }) => name === "yzj")?.backlog ?? -1);
    over.abort();
  }

  expect(backlogs.length).toBe(1);
});

it("a process is on the list while it runs, with its digest of the configuration, and off it once it has stopped", async () => {
  const redis = connect(system.config.redis, { role: "producer", onError: () => undefined });
  const registry = new WorkerStore(redis, system.config.redis.prefix);
  const idle = { readiness: () => ({ ready: true, reasons: [] }), stop: async () => undefined };
  const other = { ...system.config, policy: { ...system.config.policy, maxSends: 9 } };
  const workers = [system.config, system.config, other].map((config) =>
    announced(idle, { config, role: "delivery", emit: () => undefined }),
  );
  await eventually(
    async () => registry.list(),
    (list) => list.length === 3,
  );

  const listed = await system.call("/v1/workers", { key: "eye" });
  await Promise.all(workers.map((worker) => worker.stop()));
  const left = await registry.list();
  redis.disconnect();

  const items = listed.json["items"] as { hasOtherConfig: boolean; role: string; pid: number }[];
  expect(items).toHaveLength(3);
  expect(items.filter(({ hasOtherConfig }) => hasOtherConfig)).toHaveLength(1);
  expect(items[0]).toMatchObject({ role: "delivery", pid: process.pid, reasons: [] });
  expect(listed.text).not.toContain("sandbox-app-secret");
  expect(left).toEqual([]);
});

it.each([
  ["it came back with older data", true],
  ["it came back empty", false],
])("processes that run while Redis loses writes report the loss: %s", async (_how, hasOlder) => {
  const redis = connect(system.config.redis, { role: "producer", onError: () => undefined });
  const { prefix } = system.config.redis;
  const [one, other] = [new WorkerStore(redis, prefix), new WorkerStore(redis, prefix)];
  const named = new InstallationKeys(prefix);
  const keys = [named.heartbeats("one"), named.heartbeats("other"), named.latestHeartbeat];
  const beats = async () => [await other.beat("other"), await one.beat("one")];
  expect([...(await beats()), ...(await beats())]).toEqual([null, null, null, null]);
  const older = await redis.mget(...keys);
  expect([...(await beats()), ...(await beats())]).toEqual([null, null, null, null]);
  const latest = await redis.mget(...keys);

  await (hasOlder
    ? redis.mset(...keys.flatMap((key, at) => [key, older[at] ?? ""]))
    : redis.del(...keys, named.lostWrites));
  const [told, again] = [await beats(), await beats()];
  const kept = await one.lostWrites();
  await Promise.all([one.forget("one"), other.forget("other")]);
  const left = await redis.keys(named.heartbeats("*"));
  redis.disconnect();

  const from = hasOlder ? Number(older[2]) : null;
  expect(told[1]).toEqual({ from, to: Number(latest[2]) });
  expect(told[0]?.from).toBe(from);
  expect(kept).toMatchObject({ from, to: Number(latest[2]) });
  expect(again).toEqual([null, null]);
  expect(left).toEqual([]);
});

it("the system view shows what workers hold of each account, and when one last looked", async () => {
  const redis = connect(system.config.redis, { role: "producer", onError: () => undefined });
  const looks = () => [
    { account: "yzj", lookedMs: 400, wokenMs: 9_000 },
    { account: "other", lookedMs: 100, wokenMs: null },
  ];
  const idle = { readiness: () => ({ ready: true, reasons: [] }), looks, stop: async () => undefined };
  const worker = announced(idle, { config: system.config, role: "delivery", emit: () => undefined });
  const keys = new AccountKeys(system.config.redis.prefix, "other");
  const ends = Date.now() + 3_600_000;
  await redis.zadd(keys.confirmLeases, ends + 1_000, "gone-1", ends, "gone-2");
  await eventually(
    async () => new WorkerStore(redis, system.config.redis.prefix).list(),
    (list) => list.length === 1,
  );

  const { json } = await system.call("/v1/system", { key: "eye" });
  await worker.stop();
  await redis.del(keys.confirmLeases);
  redis.disconnect();

  const [yzj, other] = json["work"] as Record<string, unknown>[];
  const ago = (iso: unknown): number => Date.now() - Date.parse(String(iso));
  expect(yzj).toMatchObject({ account: "yzj", sends: { count: 0, firstEndsAt: null } });
  expect(ago(yzj?.["wokenAt"]) - ago(yzj?.["lookedAt"])).toBeCloseTo(8_600, -2);
  expect(other).toMatchObject({
    account: "other",
    checks: { count: 2, firstEndsAt: new Date(ends).toISOString() },
    wokenAt: null,
  });
});

it("the doctor runs where the API is, for an operator; statistics are for any viewer", async () => {
  const denied = await system.call("/v1/doctor", { key: "eye" });
  const found = await system.call("/v1/doctor", { key: "ops" });
  const stats = await system.call("/v1/stats", { key: "eye" });
  const wrong = await system.call("/v1/stats?bucketMinutes=7&since=1000", { key: "eye" });

  expect(denied.status).toBe(403);
  const verdicts = (found.json["items"] as { about: string; verdict: string }[]).map(
    ({ verdict }) => verdict,
  );
  expect(verdicts).toContain("ok");
  expect(found.text).not.toContain("sandbox-app-secret");
  const accepted = (stats.json["buckets"] as { accepted: number }[]).reduce(
    (sum, one) => sum + one.accepted,
    0,
  );
  expect(accepted).toBeGreaterThan(0);
  expect(wrong.status).toBe(400);
});

it("statistics count the calls of an account, and those that its platform refused for its rate", async () => {
  const client = new BidaClient({ url: system.api.url, key: KEYS.eye });
  const madeBy = async (name: string) => {
    const { accounts } = await client.stats();
    const { calls = 0, throttled = 0 } = accounts.find(({ account }) => account === name) ?? {};
    return { calls, throttled };
  };
  const before = await madeBy("yzj");
  await system.misbehave({ script: [{ fault: "throttled", endpoint: "todo.create", times: 1 }] });
  await system.ended(await system.enqueue(aTodo()));

  const after = await eventually(
    async () => madeBy("yzj"),
    // Calls are reported a few times a second: those of the refused send, then those of the one that went well.
    ({ calls, throttled }) => throttled > before.throttled && calls > before.calls + 1,
  );

  expect(after.throttled - before.throttled).toBe(1);
});

it("a viewer sees how well each account that has an objective keeps it", async () => {
  await system.ended(await system.enqueue(aTodo()));
  const client = new BidaClient({ url: system.api.url, key: KEYS.eye });

  const kept = await client.slo();

  expect(kept).toEqual([
    {
      account: "yzj",
      confirmWithinMs: 86_400_000,
      objectivePercent: 99.9,
      deliveries: expect.any(Number),
      good: expect.any(Number),
      goodPercent: 100,
      budgetLeftPercent: 100,
    },
  ]);
  expect(kept[0]?.good).toBeGreaterThan(0);
  expect(await client.slo({ account: "other" })).toEqual([]);
  expect((await system.call("/v1/slo?account=nobody", { key: "eye" })).status).toBe(404);
  expect((await system.call("/v1/slo?since=1000", { key: "eye" })).status).toBe(400);

  const { accounts, buckets } = await client.stats();
  expect(
    Object.fromEntries(accounts.map(({ account, confirmWithinMs }) => [account, confirmWithinMs])),
  ).toEqual({ yzj: 86_400_000, other: 300_000 });
  expect(buckets.reduce((sum, { inTime }) => sum + inTime, 0)).toBe(kept[0]?.good);
});

it("an account without a secret for schedules is probed by what it can use", async () => {
  const probed = await system.call("/v1/accounts/yzj/probe", { method: "POST", key: "ops", body: {} });

  expect(probed.json["channels"]).toEqual([{ channel: "yunzhijia-todo", credentials: "taken" }]);
});

it("an account shows its latest errors and its settings, and the system view its versions, both without secrets", async () => {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create", times: 1 }] });
  const id = await system.enqueue(aTodo());
  await system.ended(id);

  const shown = await eventually(
    async () => system.call("/v1/accounts/yzj", { key: "eye" }),
    ({ text }) => text.includes(id),
  );
  const ground = await system.call("/v1/system?include=config", { key: "eye" });
  const denied = await Promise.all(
    ["/v1/accounts/yzj", "/v1/system"].map((path) => system.call(path, { key: "oa" })),
  );
  const groups = await system.call("/v1/dead-letters/groups", {
    key: "eye",
    headers: { "accept-language": "zh-CN" },
  });

  expect(shown.json).toMatchObject({
    name: "yzj",
    breakerChanges: [],
    settings: { platform: "yunzhijia", slo: { objective: 99.9 } },
    checkBudget: { calls: 5 },
  });
  expect(shown.json["errors"]).toContainEqual(
    expect.objectContaining({ of: "send", id, operation: "todo.create", outcome: "rejected" }),
  );
  expect(Object.keys(shown.json["waitMs"] as object)).toContain("todo");
  expect(Object.values(shown.json["tokenLastsMs"] as Record<string, number>).some((ms) => ms > 0)).toBe(true);
  expect(ground.json["redis"]).toMatchObject([{ policy: "noeviction", role: "master" }]);
  expect(ground.json["config"]).toMatchObject({ policy: { retention: expect.any(String) as string } });
  expect(shown.text + ground.text).not.toMatch(/sandbox-app-secret|sha256/);
  expect(denied.map(({ status }) => status)).toEqual([403, 403]);
  expect(groups.json["items"]).toContainEqual(
    expect.objectContaining({ code: "505", cause: "所有 openId 在平台上都不存在" }),
  );
});
