/**
 * Producers that write orders into Redis: with XADD from any language, or with any BullMQ client.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowProducer, Queue, QueueEvents, type ConnectionOptions } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOperations } from "../../src/app/operations-context.ts";
import { startIntake } from "../../src/app/intake.ts";
import type { RunningWorker } from "../../src/app/running-worker.ts";
import { GROUP } from "../../src/intake/order-stream.ts";
import { cancelDelivery } from "../../src/operations/cancel.ts";
import { RefusedOrderStore } from "../../src/storage/refused-order-store.ts";
import { connect } from "../../src/storage/connection.ts";
import { aTodo } from "../support/builders.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { startSystem, type System } from "../support/system.ts";

const INTAKE = fileURLToPath(new URL("../../workers/intake.ts", import.meta.url));

let system: System;
let redis: Redis;
let intake: RunningWorker | null = null;
const names = (): { stream: string; queue: string; bull: string } => {
  const own = aPrefix();
  return { stream: `${own}:orders`, queue: own, bull: `${own}-bull` };
};
let own: ReturnType<typeof names>;

async function aSystem(account = ""): Promise<void> {
  own = names();
  system = await startSystem({
    withoutWorker: true,
    account,
    root: `intake:
  stream: { key: "${own.stream}", producer: oa, accounts: [yzj] }
  bullmq: { queue: "${own.queue}", prefix: "${own.bull}", producer: erp, accounts: [yzj] }`,
  });
}

beforeEach(async () => {
  redis = new Redis(testRedisUrl(), { protocol: 2 });
});
afterEach(async () => {
  await intake?.stop();
  intake = null;
  await system.close();
  redis.disconnect();
});

async function start(): Promise<void> {
  const emit = (event: System["events"][number]): void => void system.events.push(event);
  intake = await startIntake({ config: system.config, emit, warn: () => undefined, idleMs: 1 });
}

const anOrder = (sourceId: string, more: object = {}): string =>
  JSON.stringify({ ...aTodo({ sourceId }), ...more });

async function add(order: string, ...more: string[]): Promise<string> {
  return (await redis.xadd(own.stream, "*", "order", order, ...more)) ?? "";
}

/** Awaits a state, not a time. */
const soon = async <T>(read: () => T | Promise<T>, expected: T): Promise<void> =>
  expect.poll(read, { timeout: 60_000 }).toBe(expected);

function recordOf(fields: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) pairs.push([fields[at] ?? "", fields[at + 1] ?? ""]);
  return Object.fromEntries(pairs);
}

const length = async (): Promise<number> => redis.xlen(own.stream);
/** Makes room in the account, as an operator would. */
async function cancel(id: string): Promise<void> {
  const { context, close } = openOperations({ config: system.config, onError: () => undefined });
  const caller = { name: "ops", role: "operator", accounts: null } as const;
  const result = await cancelDelivery({ caller, id, note: null }, context);
  await close();
  expect(result.kind).toBe("cancelled");
}

const refusals = async () => {
  const store = connect(system.config.redis, { role: "producer", onError: () => undefined });
  const items = await new RefusedOrderStore(store, system.config.redis.prefix).list(100, null);
  store.disconnect();
  return items;
};

describe("the stream", () => {
  it("takes orders that were written before it began, and removes them once they are acknowledged", async () => {
    await aSystem();
    await add(anOrder("s-1"));
    await add(anOrder("s-2"));

    await start();

    await soon(length, 0);
    expect(await system.store.count("queued")).toBe(2);
    expect((await redis.xpending(own.stream, GROUP))[0]).toBe(0);
  });

  it("keeps every digit of the order, and its producer's own text", async () => {
    await aSystem();
    const payload = JSON.stringify(aTodo({ sourceId: "s-1" }).payload).replace(
      '"params"',
      '"formId":9007199254740993,"rate":1.10,"params"',
    );
    await add(`{"account":"yzj","operation":"todo.create","payload":${payload}}`);

    await start();

    await soon(length, 0);
    const [id = ""] = await system.store.ids("queued", 1);
    expect(await system.store.payload(id)).toBe(payload);
    expect(await system.store.get(id)).toMatchObject({ request: { producer: "oa", requestId: null } });
  });

  it("answers on the stream that the order names, only where that is allowed", async () => {
    await aSystem();
    await start();
    const reply = `bida:reply:${own.queue}`;

    const good = await add(anOrder("s-1"), "reply", reply);
    const bad = await add(anOrder("s-2", { payload: {} }), "reply", reply);
    await add(anOrder("s-3"), "reply", "somebody:elses:key");

    await soon(() => redis.xlen(reply), 2);
    const answers = (await redis.xrange(reply, "-", "+")).map(([, fields]) => recordOf(fields));
    expect(answers).toContainEqual(expect.objectContaining({ entry: good, result: "created" }));
    expect(answers).toContainEqual(expect.objectContaining({ entry: bad, result: "refused" }));
    expect(await redis.ttl(reply)).toBeGreaterThan(0);
    expect(await redis.exists("somebody:elses:key")).toBe(0);
    await soon(length, 0);
  });

  it("takes over what a crashed consumer held, and makes one delivery of what had been acknowledged", async () => {
    await aSystem();
    const entry = await add(anOrder("s-1"));
    await redis.xgroup("CREATE", own.stream, GROUP, "0");
    await redis.xreadgroup("GROUP", GROUP, "crashed", "COUNT", 10, "STREAMS", own.stream, ">");
    // It crashed between the acknowledgement and the removal.
    await system.enqueue({ ...aTodo({ sourceId: "s-1" }), key: `stream:${own.stream}:${entry}` });

    await start();

    await soon(length, 0);
    expect(await system.store.count("queued")).toBe(1);
  });

  it("leaves orders in the stream while the account is full, and takes them when there is room", async () => {
    await aSystem("backlog: 1");
    const first = await system.enqueue(aTodo({ sourceId: "s-0" }));
    await add(anOrder("s-1"));
    await start();
    await soon(
      () => system.events.some((event) => event.event === "intake.taken" && event.postponed === 1),
      true,
    );
    expect(await length()).toBe(1);

    await cancel(first);

    await soon(length, 0);
  });

  it("reports an order that was removed while it was held, if it stops before there is room", async () => {
    await aSystem("backlog: 1");
    await system.enqueue(aTodo({ sourceId: "s-0" }));
    const entry = await add(anOrder("s-1"));
    await start();
    const postponed = (): boolean =>
      system.events.some((event) => event.event === "intake.taken" && event.postponed === 1);
    await soon(postponed, true);

    await redis.xdel(own.stream, entry);
    await intake?.stop();

    expect(await refusals()).toMatchObject([{ entry, text: expect.stringContaining("s-1") as string }]);
  });
});

describe("an intake that is killed", () => {
  it("loses no order and makes none twice, wherever it was", async () => {
    await aSystem();
    const directory = mkdtempSync(join(tmpdir(), "bida-intake-"));
    const file = join(directory, "bida.yaml");
    writeFileSync(file, system.yaml);
    const many = Array.from({ length: 400 }, (_, n) => anOrder(`s-${n}`));
    const jobs = new Queue(own.queue, { connection: { url: testRedisUrl() }, prefix: own.bull });
    try {
      await jobs.addBulk(
        Array.from({ length: 400 }, (_, n) => {
          const { account, payload } = aTodo({ sourceId: `b-${n}` });
          return { name: "todo.create", data: { account, payload } };
        }),
      );
      for (const order of many) await add(order);

      // Each one dies in the middle of its work: some at the first acknowledgement, some later.
      for (const acknowledged of [1, 200]) {
        const child = spawn(process.execPath, [INTAKE, "--config", file], { stdio: "ignore" });
        await expect
          .poll(() => system.store.count("queued"), { timeout: 80_000, interval: 5 })
          .toBeGreaterThanOrEqual(acknowledged);
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await start();

      await soon(length, 0);
      await soon(() => system.store.count("queued"), 800);
      await soon(() => jobs.getCompletedCount(), 400);
      expect(await system.store.count("queued")).toBe(800);
      expect(await refusals()).toEqual([]);
    } finally {
      await jobs.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe("the BullMQ queue", () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const opened = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };
  const connection = (): ConnectionOptions => ({ url: testRedisUrl() });
  const queue = (): Queue => opened(new Queue(own.queue, { connection: connection(), prefix: own.bull }));
  const dataOf = (sourceId: string): object => {
    const { account, payload } = aTodo({ sourceId });
    return { account, payload };
  };

  it("completes a job once Bida has acknowledged it: single, in bulk, delayed, prioritised, in a flow", async () => {
    await aSystem();
    await start();
    const jobs = queue();
    const events = opened(new QueueEvents(own.queue, { connection: connection(), prefix: own.bull }));
    await events.waitUntilReady();

    const single = await jobs.add("todo.create", dataOf("s-1"));
    const bulk = await jobs.addBulk(
      Array.from({ length: 100 }, (_, n) => ({
        name: "todo.create",
        data: dataOf(`b-${n}`),
        opts: { priority: n % 3 },
      })),
    );
    const delayed = await jobs.add("todo.create", dataOf("s-2"), { delay: 50 });
    const flows = opened(new FlowProducer({ connection: connection(), prefix: own.bull }));
    const flow = await flows.add({
      name: "todo.create",
      queueName: own.queue,
      data: dataOf("parent"),
      children: [{ name: "todo.create", queueName: own.queue, data: dataOf("child") }],
    });

    const results = await Promise.all(
      [single, ...bulk, delayed, flow.job].map(async (job) => job.waitUntilFinished(events)),
    );
    expect(results.every(({ kind }) => kind === "created")).toBe(true);
    expect(new Set(results.map(({ id }) => id)).size).toBe(103);
    expect(await system.store.count("queued")).toBe(104);
  });

  it("fails a wrong job for good, with the pointers in its reason, and keeps it where people look", async () => {
    await aSystem();
    await start();
    const jobs = queue();

    const wrong = await jobs.add("todo.create", { account: "yzj", payload: {} }, { attempts: 5 });
    const unknown = await jobs.add("todo.invent", dataOf("s-1"));
    const foreign = await jobs.add("todo.create", { ...dataOf("s-2"), account: "other" });

    await soon(() => jobs.getFailedCount(), 3);
    const reason = async (id: string | undefined): Promise<string> =>
      (await jobs.getJob(id ?? ""))?.failedReason ?? "";
    expect(await reason(wrong.id)).toContain("/payload/url");
    expect(await reason(unknown.id)).toContain("/operation");
    expect(await reason(foreign.id)).toContain("/account");
    expect((await refusals()).map(({ entry }) => entry).toSorted()).toEqual(["1", "2", "3"]);
  });

  it("delays a job that cannot be taken now, which costs it no attempt", async () => {
    await aSystem("backlog: 1");
    await system.enqueue(aTodo({ sourceId: "s-0" }));
    await start();
    const jobs = queue();

    await jobs.add("todo.create", dataOf("s-1"));

    await soon(() => jobs.getDelayedCount(), 1);
    expect((await jobs.getDelayed())[0]?.attemptsMade).toBe(0);
  });
});
