/**
 * ARCHITECTURE section 1, promise 6, over hours: a platform that is away in whatever way makes no dead letters
 * before their deadline, burns no attempts, and is drained at the account's rate when it is back.
 *
 * Policy and breaker live five thousand times as fast here: two seconds are three hours.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { scaleLimits } from "../../src/account/limits.ts";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { scalePolicy } from "../../src/delivery/policy.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import { mostAtOnce } from "../support/arrivals.ts";
import { aTodo } from "../support/builders.ts";
import { FAST } from "../support/pace.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, TIME_SCALE, type System } from "../support/system.ts";

const HOURS_SCALE = 1 / 5_000;
const THREE_HOURS_MS = 3 * 3_600_000 * HOURS_SCALE;
const HOURS: Tuning = {
  // The deadline is not scaled: a busy machine may need longer than its 17 seconds to drain what has waited.
  policy: (policy) => ({
    ...scalePolicy(policy, HOURS_SCALE),
    deadlineMs: policy.deadlineMs,
    retentionMs: policy.retentionMs,
  }),
  // The check budget is the platform's, and lives by the sandbox' clock.
  limits: (limits) => ({
    ...scaleLimits(limits, HOURS_SCALE),
    checkBudget: FAST.limits?.(limits).checkBudget ?? limits.checkBudget,
  }),
};

const PER_SECOND = 100;
const WINDOW_MS = 500;
const ALLOWED = (PER_SECOND * WINDOW_MS) / 1_000;
/** Departures keep the rate; a busy machine may hold those of half a second up and let them arrive together. */
const HELD_UP_AT_MOST = 50;
const DELIVERIES = 150;

let system: System;
afterEach(async () => system.close());

interface Outage {
  readonly name: string;
  /** What the worker is to think of its sends meanwhile. */
  readonly mostSends: number;
  /** Resolves to what ends it. */
  readonly begin: () => Promise<() => Promise<Sandbox>>;
}

const answering = (fault: object) => async (): Promise<() => Promise<Sandbox>> => {
  await system.misbehave({ script: [{ ...fault, times: -1 }] });
  return async () => {
    await system.misbehave({ clear: true });
    return system.sandbox;
  };
};

const OUTAGES: readonly Outage[] = [
  {
    name: "refuses connections",
    mostSends: 1,
    begin: async () => {
      await system.sandbox.close();
      return async () => startSandbox({ port: system.sandbox.port, timeScale: TIME_SCALE });
    },
  },
  // Such a send may have arrived: it is verified, and sent again once its absence is proven.
  {
    name: "answers 503 and not for how long",
    mostSends: 2,
    begin: answering({ fault: "unavailable", bare: true }),
  },
  { name: "answers 500", mostSends: 2, begin: answering({ fault: "error-before" }) },
  // The checks are answered all the while, and close nothing.
  {
    name: "answers 500 to sends and questions well",
    mostSends: 2,
    begin: answering({ fault: "error-before", endpoint: "todo.create" }),
  },
];

describe("a platform that for three hours", () => {
  it.each(OUTAGES)(
    "$name ends no delivery dead, and gets no burst of calls when it is back",
    async ({ begin, mostSends }) => {
      system = await startSystem({
        tuning: HOURS,
        account: `rate: { todo: ${PER_SECOND}/s, check: 1000/s }`,
      });
      const end = await begin();
      const results = await system.producer.enqueueBatch(Array.from({ length: DELIVERIES }, () => aTodo()));
      const ids = results.map((result) => ("id" in result ? result.id : ""));
      await sleep(THREE_HOURS_MS);

      expect(await system.store.count("dead")).toBe(0);
      // A probe may be taken in the very moment in which it is back.
      const endedAt = Date.now();
      const sandbox = await end();
      const ended = await Promise.all(ids.map((id) => system.ended(id)));

      expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
      expect(Math.max(...ended.map(({ state }) => state.sends))).toBeLessThanOrEqual(mostSends);
      const control = sandboxControl(sandbox);
      const { todos } = await control<{ todos: { repeats: number }[] }>("ledger");
      expect(todos.filter(({ repeats }) => repeats > 0)).toEqual([]);
      const calls = await control<{ at: number }[]>(`calls?endpoint=todo.create&since=${endedAt}`);
      expect(calls.length).toBeGreaterThanOrEqual(DELIVERIES);
      expect(mostAtOnce(calls, WINDOW_MS)).toBeLessThanOrEqual(ALLOWED + HELD_UP_AT_MOST);
      if (sandbox !== system.sandbox) await sandbox.close();
    },
  );
});
