/**
 * An account that leaves the configuration: nobody forgets what it has left behind, and each of its
 * deliveries ends at its deadline.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig, type Config } from "../../src/app/config.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { openOperations, type Operations } from "../../src/app/operations-world.ts";
import { listAccounts } from "../../src/operations/accounts.ts";
import type { Caller } from "../../src/operations/caller.ts";
import { measure } from "../../src/operations/measure.ts";
import { AuditStore } from "../../src/storage/audit-store.ts";
import { cancelDelivery } from "../../src/operations/cancel.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { FAST, startWorld, type World } from "../support/world.ts";

const ops: Caller = { name: "ops", role: "operator", accounts: null };
let world: World;
let bare: Config;
let worker: DeliveryWorker | null = null;
let operations: Operations;

beforeEach(async () => {
  world = await startWorld({ withoutWorker: true });
  const { yaml } = world;
  bare = parseConfig(yaml.replace("  yzj:", "  other:"), "test.yaml", {});
  operations = openOperations({ config: bare, onError: () => undefined });
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
  await operations.close();
  await world.close();
});

async function startWithout(servedWithinMs: number): Promise<DeliveryWorker> {
  worker = await startDeliveryWorker({
    config: bare,
    emit: (event) => void world.events.push(event),
    warn: () => undefined,
    tuning: FAST,
    registryEveryMs: 50,
    servedWithinMs,
  });
  return worker;
}

describe("an account that has left the configuration", () => {
  it("is named by readiness, API and metrics, and its deliveries end at their deadlines", async () => {
    const [soon, later] = [
      await world.enqueue({ ...aTodo(), deadline: Date.now() + 1_000 }),
      await world.enqueue(aTodo()),
    ];
    const running = await startWithout(0);

    const { state } = await world.ended(soon);
    expect(state).toMatchObject({ status: "dead", reason: "unconfigured" });
    await eventually(
      () => running.readiness(),
      ({ ready, reasons }) =>
        ready && /account yzj has left the configuration, and 1 of/.test(reasons.join()),
    );
    expect(await world.store.get(later)).toMatchObject({ state: { status: "queued" } });
    const accounts = await listAccounts({ caller: ops }, operations.world);
    expect(accounts).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: "yzj", configured: false })]) as unknown,
    });
    const measured = await measure(operations.world);
    expect(measured).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ account: "yzj", isConfigured: false }),
      ]) as unknown,
    });
  });

  it("is left alone while another worker serves it", async () => {
    await world.startWorker();
    const id = await world.enqueue({ ...aTodo(), sendAt: Date.now() + 2_000 });
    await startWithout(180_000);

    const { state } = await world.ended(id, 30_000);

    expect(state.status).toBe("confirmed");
  });
});

describe("the audit", () => {
  it("keeps every act, however many payloads are read, and each reader once in a while", async () => {
    const id = await world.enqueue({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    await cancelDelivery({ id, caller: ops, note: "not needed" }, operations.world);
    const { redis } = operations;
    const audit = new AuditStore(redis, bare.redis.prefix);
    const read = { by: "oa", act: "read payload", account: "yzj", id, note: null };
    for (let i = 0; i < 50; i += 1) await audit.write({ at: operations.world.now(), ...read });

    const entries = await audit.read(10);

    expect(entries.map(({ act }) => act)).toEqual(["read payload", "cancel"]);
    expect(entries[1]).toMatchObject({ by: "ops", id, note: "not needed" });
  });
});
