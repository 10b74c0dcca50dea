/** What is written down of an account's troubles: the latest few, whatever happens. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { AccountJournals } from "../../src/app/account-journals.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { fake } from "../support/fake.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

let redis: ScriptedRedis;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
afterAll(() => redis.disconnect());

const listed = async (key: string): Promise<unknown[]> =>
  (await redis.lrange(key, 0, -1)).map((text): unknown => JSON.parse(text));

const sent = (id: string, outcome: string): BidaEvent =>
  fake<Extract<BidaEvent, { event: "delivery.sent" }>>({
    event: "delivery.sent",
    account: "yzj",
    id,
    operation: "todo.create",
    outcome,
    detail: "why",
  });

it("keeps the latest fifty failures, and nothing that succeeded or waits", async () => {
  const prefix = aPrefix();
  const [yzj, hn] = [new AccountKeys(prefix, "yzj"), new AccountKeys(prefix, "hn")];
  const told: BidaEvent[] = [];
  let now = 0;
  const journals = new AccountJournals(redis, { prefix, now: () => (now += 1) });
  const emit = journals.hearing((event) => told.push(event));

  for (const outcome of ["accepted", "confirmed", "observing", "breaker", "paused"])
    emit(sent("calm", outcome));
  for (let count = 0; count < 60; count += 1) emit(sent(`d${count}`, "unknown (timeout)"));
  emit({ event: "breaker.changed", account: "yzj", state: "open", until: 99, of: "all" });
  emit({ event: "account.held", account: "hn", detail: "refused" });
  await journals.write();
  await journals.write();

  const errors = await listed(yzj.latestErrors);
  expect(errors).toHaveLength(50);
  expect(errors[0]).toMatchObject({ id: "d59", of: "send", outcome: "unknown (timeout)", detail: "why" });
  expect(await listed(yzj.breakerChanges)).toMatchObject([{ state: "open", until: 99 }]);
  expect(await listed(hn.latestErrors)).toMatchObject([{ of: "account", outcome: "held" }]);
  expect(told).toHaveLength(67);
});
