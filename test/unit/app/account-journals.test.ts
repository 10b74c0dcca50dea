/** What is written down of an account's troubles: the latest few, whatever happens. */
import { expect, it } from "vitest";
import { AccountJournals } from "../../../src/app/account-journals.ts";
import type { ScriptedRedis } from "../../../src/storage/connection.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";

/** Keeps what is pushed to each list. */
function fakeRedis(): { readonly redis: ScriptedRedis; readonly pushed: Map<string, unknown[]> } {
  const pushed = new Map<string, unknown[]>();
  const multi = {
    lpush: (key: string, ...texts: string[]) => {
      const before = pushed.get(key) ?? [];
      pushed.set(key, [...texts.toReversed().map((text): unknown => JSON.parse(text)), ...before]);
    },
    ltrim: () => multi,
    pexpire: () => multi,
    exec: async () => [],
  };
  return { redis: { multi: () => multi } as unknown as ScriptedRedis, pushed };
}

const sent = (id: string, outcome: string): BidaEvent =>
  ({
    event: "delivery.sent",
    account: "yzj",
    id,
    operation: "todo.create",
    outcome,
    detail: "why",
  }) as unknown as BidaEvent;

it("keeps the latest fifty of what failed, and nothing of what went well or waits", async () => {
  const { redis, pushed } = fakeRedis();
  const told: BidaEvent[] = [];
  let now = 0;
  const journals = new AccountJournals(redis, { prefix: "t", now: () => (now += 1) });
  const emit = journals.hearing((event) => told.push(event));

  for (const outcome of ["accepted", "confirmed", "observing", "breaker", "paused"])
    emit(sent("calm", outcome));
  for (let count = 0; count < 60; count += 1) emit(sent(`d${count}`, "unknown (timeout)"));
  emit({ event: "breaker.changed", account: "yzj", state: "open", until: 99, of: "all" });
  emit({ event: "account.held", account: "hn", detail: "refused" });
  await journals.write();
  await journals.write();

  const errors = pushed.get("t:{yzj}:latest:errors") ?? [];
  expect(errors).toHaveLength(50);
  expect(errors[0]).toMatchObject({ id: "d59", of: "send", outcome: "unknown (timeout)", detail: "why" });
  expect(pushed.get("t:{yzj}:latest:breaker")).toMatchObject([{ state: "open", until: 99 }]);
  expect(pushed.get("t:{hn}:latest:errors")).toMatchObject([{ of: "account", outcome: "held" }]);
  expect(told).toHaveLength(67);
});
