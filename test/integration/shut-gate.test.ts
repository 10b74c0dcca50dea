/**
 * ARCHITECTURE section 1, promises 4 and 6, behind a shut gate (a paused account, an open breaker): nobody waits
 * past its deadline, and only what a platform was asked says whether it is back.
 */
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";

import { sandboxControl } from "../support/sandbox-control.ts";
import { FAST, startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
afterEach(async () => {
  await system.close();
});

const breaker = (): string => keysOf(system).breaker;

/** The platform takes every todo and stores none. */
const NEVER_STORED = { script: [{ fault: "not-stored", endpoint: "todo.create", times: -1 }] };
/** The platform stores every todo, and shows it long after the test. */
const NEVER_SHOWN = { script: [{ fault: "late", endpoint: "todo.create", lateMs: 100_000_000, times: -1 }] };

/** However late the gate shuts on a busy machine: what is being verified still is. */
const NEVER_SENT_AGAIN = "absenceProofs: 100";

const HOLD_MS = 1_000;

/** The tests' clock, but for a breaker that stays open, or held, for so long. */
function openFor(openMs: number): Tuning {
  return {
    ...FAST,
    limits: (limits) => {
      const fast = FAST.limits?.(limits) ?? limits;
      return {
        ...fast,
        breaker: { ...fast.breaker, firstOpenMs: openMs, longestOpenMs: openMs, holdMs: openMs },
      };
    },
  };
}

async function enqueued(count: number): Promise<string[]> {
  const ids = await enqueueAll(
    system.producer,
    Array.from({ length: count }, () => aTodo()),
  );
  await eventually(
    () => system.store.count("confirming"),
    (confirming) => confirming === count,
  );
  return ids;
}

/** For sends and for checks. */
function openUntil(until: number): Record<string, string | number> {
  const [state, openMs] = ["open", 300_000];
  return { state, until, openMs, checkState: state, checkUntil: until, checkOpenMs: openMs };
}

const isFinished = ({ state }: Delivery): boolean => state.finishedAt !== undefined;

describe("a deadline", () => {
  it("ends what is being verified in an account that is paused", async () => {
    // Two seconds on the tests' clock.
    system = await startSystem({ policy: `deadline: 100s, ${NEVER_SENT_AGAIN}` });
    await system.misbehave(NEVER_STORED);
    const [id = ""] = await enqueued(1);
    await system.redis.hset(breaker(), "paused", "1");

    expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "unproven", sends: 1 });
  });

  it("ends everything that is being verified while a breaker is open, together", async () => {
    system = await startSystem({
      policy: `deadline: 200s, ${NEVER_SENT_AGAIN}`,
      account: "rate: { todo: 1000/s, check: 1000/s }",
      tuning: openFor(60_000),
    });
    await system.misbehave(NEVER_STORED);
    // One at a time, with a probe a minute, the second would outlast the test.
    const ids = await enqueued(10);
    await system.redis.hset(breaker(), openUntil(Date.now() + 60_000));

    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.every(isFinished)).toBe(true);
    expect(ended.map(({ state }) => state.reason)).toEqual(ids.map(() => "unproven"));
  });
});

describe("a probe", () => {
  it("by a check without a token counts once in a hold, and raises the alarm", async () => {
    system = await startSystem({ tuning: openFor(HOLD_MS) });
    await system.misbehave(NEVER_SHOWN);
    await enqueued(30);
    await sandboxControl(system.sandbox)("accounts", { appId: "500041933", secret: "another" });
    await system.redis.del(keysOf(system).token("app"));
    await anAlarmOfAProbe();
    const [callsBefore, alarmsBefore] = [await tokenCalls(), alarms()];

    await eventually(alarms, (held) => held >= alarmsBefore + 3);

    expect((await tokenCalls()) - callsBefore).toBe(3);
  });

  it("that needs no call leaves the breaker as it is, for the next one to try", async () => {
    const mall = await startSystem({ platform: "yunzmall" });
    const key = keysOf(mall, "mall").breaker;
    await mall.misbehave({ script: [{ fault: "error-before", times: -1 }] });
    await mall.redis.hset(key, openUntil(Date.now() - 1));

    await mall.awaitMessage({ title: "never" });
    await eventually(
      async () => Number(await mall.redis.hget(key, "checkUntil")),
      (until) => until > Date.now(),
    );

    // The await itself asks nobody. The check behind it does, and is told that the platform is away.
    expect(mall.events.filter(({ event }) => event === "breaker.changed")).toEqual([]);
    await mall.close();
    system = await startSystem({ withoutWorker: true });
  });
});

/** Checks that were under way when the gate shut raise their alarms together; the alarm of a probe comes a hold later. */
async function anAlarmOfAProbe(): Promise<void> {
  let last = { held: alarms(), at: performance.now() };
  await eventually(
    () => {
      const [held, at] = [alarms(), performance.now()];
      if (held === last.held) return false;
      const isAlone = last.held > 0 && at - last.at > HOLD_MS / 2;
      last = { held, at };
      return isAlone;
    },
    (isAlone) => isAlone,
  );
}

function alarms(): number {
  return system.events.filter(({ event }) => event === "account.held").length;
}

async function tokenCalls(): Promise<number> {
  const { body } = await request(`${system.sandbox.url}/_sandbox/calls`);
  const calls = (await body.json()) as { endpoint: string }[];
  return calls.filter(({ endpoint }) => endpoint.startsWith("token")).length;
}
