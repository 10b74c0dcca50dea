/**
 * Found by `npm run chaos -- --seed 1`: an outage of 1.2 s silenced an account for 30 s.
 *
 * The one call that an open breaker allows went to a check whose item had no budget left. So no call was made,
 * and every delivery waited until the lease on that call ran out.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitsOf } from "../../../src/config/policy-and-limits.ts";
import { AccountStore } from "../../../src/storage/account-store.ts";
import { connect } from "../../../src/storage/connection.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { testRedisUrl } from "../../support/redis.ts";
import { FAST, startSystem, type System } from "../../support/system.ts";
import { keysOf } from "../../support/keys-of.ts";

let system: System;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true });
});
afterEach(async () => {
  await system.close();
});

async function useUpChecks(sourceId: string): Promise<void> {
  const scripted = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
  const settings = system.config.accounts["yzj"];
  if (settings === undefined) throw new Error("the account is not configured");
  const store = new AccountStore(scripted, { prefix: system.config.redis.prefix, account: "yzj" });
  const limits = limitsOf(settings, FAST);
  while ((await store.permitCheck(`500041933\n${sourceId}`, limits)).kind === "granted");
  scripted.disconnect();
}

describe("the probe of an open breaker", () => {
  it("is handed on when it asked nothing, instead of stopping the account until its lease ends", async () => {
    await system.misbehave({ script: [{ fault: "late", endpoint: "todo.create", lateMs: 60_000 }] });
    const worker = await system.startWorker();
    const id = await system.enqueue(aTodo({ sourceId: "no-budget" }));
    await eventually(
      () => system.store.count("confirming"),
      (count) => count === 1,
    );
    await worker.stop();
    await useUpChecks("no-budget");
    await system.redis.hset(keysOf(system).breaker, { checkState: "open", checkUntil: 0, checkOpenMs: 100 });
    await system.redis.zadd(keysOf(system).confirmDue, 0, id);

    await system.startWorker();

    expect((await system.ended(id)).state.status).toBe("confirmed");
  });
});
