/**
 * Found by `npm run chaos -- --seed 1`: a send that was given up while it waited for its turn (its lease was
 * lost) was told of as a bug. Had its lease still held, its delivery would have ended dead, `invalid`.
 */
import { afterEach, expect, it } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { wireAccount } from "../../../src/app/compose.ts";
import { connect } from "../../../src/storage/connection.ts";
import { RedisClock } from "../../../src/storage/redis-clock.ts";
import { aTodo } from "../../support/builders.ts";
import { storeOf } from "../../support/deliveries.ts";
import { NEVER, sendAll } from "../../support/send-all.ts";
import { FAST, startSystem, type System } from "../../support/system.ts";

let system: System;
afterEach(async () => system.close());

it("a send that is given up before it could leave is not counted as an attempt", async () => {
  system = await startSystem({ withoutWorker: true });
  const { config } = system;
  const redis = connect(config.redis, { role: "worker", onError: () => undefined });
  const settings = config.accounts["yzj"];
  if (settings === undefined) throw new Error("the account is not configured");
  const events: string[] = [];
  const emit = ({ event }: { readonly event: string }): void => void events.push(event);
  const parts = { redis, queueRedis: redis, clock: new RedisClock(redis), emit };
  const wired = wireAccount({ name: "yzj", settings, config, tuning: FAST, ...parts });
  const { context } = wired;
  const [givenUp, waits] = [new AbortController(), Promise.withResolvers<void>()];
  context.account.token = async (_scope, { signal }) => {
    waits.resolve();
    return sleep(600_000, { kind: "token", value: "t" }, { signal });
  };
  const id = await system.enqueue(aTodo());

  const sending = sendAll(context, { leaving: NEVER, signal: givenUp.signal });
  await waits.promise;
  givenUp.abort();
  await sending;
  const delivery = await storeOf(system.producer, "yzj").get(id);
  await wired.close();
  redis.disconnect();

  expect(delivery).toMatchObject({ state: { status: "queued", knowledge: "notSent", sends: 0 } });
  expect(events).not.toContain("bug");
});
