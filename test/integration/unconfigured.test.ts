/**
 * An account that leaves the configuration: nobody forgets what it has left behind, and each of its
 * deliveries ends at its deadline.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig, type Config } from "../../src/config/config.ts";
import { startCallbackWorker } from "../../src/app/callback-worker.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { openOperations, type Operations } from "../../src/app/operations-context.ts";
import { listAccounts } from "../../src/operations/accounts.ts";
import type { Caller } from "../../src/operations/caller.ts";
import { retireAccount } from "../../src/operations/retire.ts";
import { measure } from "../../src/operations/measure.ts";
import { createProducer } from "../../src/app/producer.ts";
import { announceAccounts } from "../../src/app/redis-safety.ts";
import { AccountRegistry } from "../../src/storage/account-registry.ts";
import { AuditStore } from "../../src/storage/audit-store.ts";
import { cancelDelivery } from "../../src/operations/cancel.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { TASK_FOR_ANN } from "../support/hainan-tasks.ts";
import { FAST, startSystem, type System } from "../support/system.ts";
import type { Audit, AuditEntry } from "../../src/operations/ports.ts";

/** The latest first. */
async function lastActs(audit: Audit): Promise<AuditEntry[]> {
  const steps = await audit.walk(
    { acts: null, reads: null },
    { range: { since: null, until: null }, most: 10 },
  );
  return steps.flatMap(({ entry }) => entry ?? []);
}

const SECRET = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
const CALLBACKS = `callbacks: { allowHosts: ["127.0.0.1"], secret: "${SECRET}", allowPrivate: true, allowHttp: true }`;
const ops: Caller = { name: "ops", role: "operator", accounts: null };
let system: System;
let bare: Config;
let worker: DeliveryWorker | null = null;
let operations: Operations;

beforeEach(async () => {
  system = await startSystem({ withoutWorker: true, root: CALLBACKS });
  const { yaml } = system;
  bare = parseConfig(yaml.replace("  yzj:", "  other:"), { path: "test.yaml", env: {} });
  operations = openOperations({ config: bare, onError: () => undefined });
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
  await operations.close();
  await system.close();
});

async function startWithout(servedWithinMs: number): Promise<DeliveryWorker> {
  worker = await startDeliveryWorker({
    config: bare,
    emit: (event) => void system.events.push(event),
    warn: () => undefined,
    tuning: FAST,
    registryEveryMs: 50,
    servedWithinMs,
  });
  return worker;
}

describe("an account whose platform was changed", () => {
  const withHainan = (): Config => {
    const other = `  yzj: { platform: hainan, baseUrl: "http://127.0.0.1:9", accessKey: ak, signer: { kind: none } }\n`;
    const redis = JSON.stringify(system.config.redis);
    return parseConfig(`redis: ${redis}\naccounts:\n${other}`, { path: "test.yaml", env: {} });
  };
  const startWith = async (config: Config): Promise<DeliveryWorker> =>
    (worker = await startDeliveryWorker({ config, emit: () => undefined, warn: () => undefined }));
  const REFUSED =
    "accounts.yzj.platform: 1 deliveries of yunzhijia are unfinished or dead in this account, and hainan could neither " +
    "send nor check them; write yunzhijia again, or give the account of hainan another name";

  it("is refused while deliveries of the one before are there, and ends none of them", async () => {
    const id = await system.enqueue(aTodo());

    await expect(startWith(withHainan())).rejects.toThrow(REFUSED);

    expect(await system.store.get(id)).toMatchObject({ state: { status: "queued" } });
  });

  it("is never refused for its own deliveries, though old and new configuration are used side by side", async () => {
    const config = withHainan();
    const registry = new AccountRegistry(operations.redis, config.redis.prefix);
    const before = [{ name: "yzj", platform: "yunzhijia" }];
    await registry.settle(before);
    const producer = createProducer({ config, onError: () => undefined });
    const order = { account: "yzj", operation: "task.create", payload: TASK_FOR_ANN };
    expect(await producer.enqueue(order)).toMatchObject({ kind: "created" });
    // The minute of a process that still has the old configuration, and a process that starts with it anew.
    await registry.announce(before);
    await registry.settle(before);
    await announceAccounts(operations.redis, config);

    expect(await producer.enqueue(order)).toMatchObject({ kind: "created" });
    await producer.close();
    await startWith(config);
    expect(await registry.find("yzj")).toMatchObject({ platform: "hainan" });

    await registry.announce(before);
    expect(await registry.find("yzj")).toMatchObject({ platform: "hainan" });
    await expect(
      startDeliveryWorker({ config: system.config, emit: () => undefined, warn: () => undefined }),
    ).rejects.toThrow("accounts.yzj.platform: 2 deliveries of hainan are unfinished or dead");
  });

  it("that a process still has is retired no longer, and stays of its platform", async () => {
    const registry = new AccountRegistry(operations.redis, bare.redis.prefix);
    await registry.retire({ name: "yzj", platform: "hainan", retired: { by: "ops", note: null } });

    await announceAccounts(operations.redis, system.config);

    expect(await registry.find("yzj")).toMatchObject({ platform: "hainan", retired: null });
  });
});

describe("an account that has left the configuration", () => {
  it("is named by readiness, API and metrics, and its deliveries end at their deadlines", async () => {
    const [soon, later] = [
      await system.enqueue({ ...aTodo(), deadline: Date.now() + 1_000 }),
      await system.enqueue(aTodo()),
    ];
    const running = await startWithout(0);

    const { state } = await system.ended(soon);
    expect(state).toMatchObject({ status: "dead", reason: "unconfigured" });
    await eventually(
      () => running.readiness(),
      ({ ready, reasons }) =>
        ready && /account yzj has left the configuration, and 1 of/.test(reasons.join()),
    );
    expect(await system.store.get(later)).toMatchObject({ state: { status: "queued" } });
    const accounts = await listAccounts({ caller: ops }, operations.context);
    expect(accounts).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: "yzj", configured: false })]) as unknown,
    });
    const measured = await measure(operations.context);
    expect(measured).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ account: "yzj", isConfigured: false }),
      ]) as unknown,
    });
  });

  it("is left alone while another worker serves it", async () => {
    await system.startWorker();
    const id = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 2_000 });
    await startWithout(180_000);

    const { state } = await system.ended(id);

    expect(state.status).toBe("confirmed");
  });
});

describe("what it left behind", () => {
  it("has its callbacks, for what ends and for what had ended before", async () => {
    const receiver = createServer((_, response) => response.end());
    const told: string[] = [];
    receiver.on("request", (request) => void text(request).then((body) => told.push(body)));
    await new Promise<void>((resolve) => {
      receiver.listen(0, "127.0.0.1", resolve);
    });
    const callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`;
    const order = { ...aTodo(), callbackUrl };
    const soon = await system.enqueue({ ...order, deadline: Date.now() + 1_000 });
    const gone = await system.enqueue({ ...aTodo(), callbackUrl, sendAt: Date.now() + 3_600_000 });
    await cancelDelivery({ id: gone, caller: ops, note: null }, operations.context);
    await startWithout(0);
    const callbacks = await startCallbackWorker({
      config: bare,
      emit: (event) => void system.events.push(event),
      registryEveryMs: 50,
      servedWithinMs: 0,
    });

    await eventually(
      () => told,
      ({ length }) => length >= 2,
    );

    expect(told.map((body) => (JSON.parse(body) as { type: string }).type).toSorted()).toEqual([
      "delivery.cancelled",
      "delivery.dead",
    ]);
    expect((await system.ended(soon)).state).toMatchObject({ reason: "unconfigured" });
    await callbacks.stop();
    receiver.closeAllConnections();
    receiver.close();
  });
});

describe("the audit", () => {
  it("keeps every act, however many payloads are read, and each reader once in a while", async () => {
    const id = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    await cancelDelivery({ id, caller: ops, note: "not needed" }, operations.context);
    const { redis } = operations;
    const audit = new AuditStore(redis, bare.redis.prefix);
    const read = { by: "oa", act: "read payload", account: "yzj", id, note: null };
    for (let i = 0; i < 50; i += 1) await audit.write({ at: operations.context.now(), ...read });

    const entries = await lastActs(audit);

    expect(entries.map(({ act }) => act)).toEqual(["read payload", "cancel"]);
    expect(entries[1]).toMatchObject({ by: "ops", id, note: "not needed" });
  });
});

describe("retiring an account", () => {
  const order = { caller: ops, account: "yzj", note: "merged into other", force: false } as const;

  it("is refused while deliveries are unfinished; with force they end at once, with who and why", async () => {
    const ids = [
      await system.enqueue(aTodo()),
      await system.enqueue({ ...aTodo(), sendAt: Date.now() + 3_600_000 }),
    ];
    const refused = await retireAccount(order, operations.context);
    const untouched = await system.store.get(ids[0] ?? "");

    const retired = await retireAccount({ ...order, force: true }, operations.context);

    expect(refused).toEqual({ kind: "unfinished", account: "yzj", count: 2 });
    expect(untouched).toMatchObject({ state: { status: "queued" } });
    expect(retired).toEqual({ kind: "retired", account: "yzj", ended: 2, remaining: 0 });
    for (const id of ids) {
      const ended = await system.store.get(id);
      expect(ended).toMatchObject({ state: { status: "dead", reason: "unconfigured" } });
      expect(ended).toHaveProperty(
        "state.detail",
        expect.stringMatching(/ops retired it: merged into other; it was never sent/),
      );
    }
    const accounts = await listAccounts({ caller: ops }, operations.context);
    const item = expect.objectContaining({ name: "yzj", configured: false, retired: true }) as unknown;
    expect(accounts).toMatchObject({ items: expect.arrayContaining([item]) as unknown });
    const [entry] = await lastActs(operations.context.audit);
    expect(entry).toMatchObject({ by: "ops", act: "retire (force)", account: "yzj", note: order.note });
  });

  it("is refused while a process has it in its configuration", async () => {
    await system.startWorker();
    const registry = new AccountRegistry(operations.redis, bare.redis.prefix);
    await eventually(
      () => registry.find("yzj"),
      (found) => found?.servedAt != null,
    );
    const here = await retireAccount({ ...order, account: "other", force: true }, operations.context);
    const elsewhere = await retireAccount({ ...order, force: true }, operations.context);
    const unknown = await retireAccount({ ...order, account: "nobody" }, operations.context);

    expect(here).toEqual({ kind: "stillConfigured", account: "other", by: "this" });
    expect(elsewhere).toEqual({ kind: "stillConfigured", account: "yzj", by: "worker" });
    expect(unknown).toEqual({ kind: "unknownAccount", account: "nobody" });
  });

  it("is completed by the workers where the caller could not end everything", async () => {
    const id = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const registry = new AccountRegistry(operations.redis, bare.redis.prefix);
    await registry.retire({ name: "yzj", platform: "yunzhijia", retired: { by: "ops", note: "gone" } });

    await startWithout(0);

    const { state } = await system.ended(id);
    expect(state).toMatchObject({ status: "dead", reason: "unconfigured" });
    expect(state.detail).toContain("ops retired it: gone");
  });

  it("forgets an account of which nothing is left", async () => {
    await retireAccount(order, operations.context);

    expect(await new AccountRegistry(operations.redis, bare.redis.prefix).find("yzj")).toBeNull();
  });
});
