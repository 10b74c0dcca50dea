/**
 * Sends and checks have a breaker each: what one kind's failures opened, the other kind's answers do not close
 * (ARCHITECTURE section 5, "Breaker").
 */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/account/limits.ts";
import type { BreakerView, CallKind, CallReport } from "../../src/account/ports.ts";
import { AccountHealthStore } from "../../src/storage/account-health-store.ts";
import { AccountStore } from "../../src/storage/account-store.ts";
import { CounterStore } from "../../src/storage/counter-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

/** Ten calls, half of which fail, open it. */
const LIMITS = { ...DEFAULT_LIMITS.breaker, firstOpenMs: 60_000, longestOpenMs: 100_000 };
const NONE = { calls: 0, failures: 0 };
const QUIET: CallReport = { sends: NONE, checks: NONE, probe: null, unauthorized: false };

let redis: ScriptedRedis;
let plain: Redis;
let store: AccountStore;
let keys: AccountKeys;
let health: AccountHealthStore;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
  plain = new Redis(testRedisUrl());
});
beforeEach(() => {
  const scope = { prefix: aPrefix(), account: "yzj" };
  store = new AccountStore(redis, scope);
  keys = new AccountKeys(scope.prefix, scope.account);
  health = new AccountHealthStore(redis, { ...scope, scopes: [], now: () => 0 });
});
afterAll(() => {
  redis.disconnect();
  plain.disconnect();
});

async function report(change: Partial<CallReport>): Promise<BreakerView> {
  return store.reportCalls({ ...QUIET, ...change }, LIMITS);
}

async function calls(sends: readonly [number, number], checks: readonly [number, number]) {
  const tally = ([all, failed]: readonly [number, number]) => ({ calls: all, failures: failed });
  const { state, of } = await report({ sends: tally(sends), checks: tally(checks) });
  expect(await shown()).toEqual({ state, of });
  return of ?? state;
}

async function probed(of: CallKind | "all", ok: boolean): Promise<string> {
  const view = await report({ probe: { of, ok } });
  expect(await shown()).toEqual({ state: view.state, of: view.of });
  return view.of ?? view.state;
}

/** As people are told. */
async function shown(): Promise<unknown> {
  const { state, of } = (await health.read()).breaker;
  return { state, of };
}

describe("the breaker is open for", () => {
  it.each<[string, readonly [number, number], readonly [number, number], string]>([
    ["nothing, while few fail", [10, 4], [10, 4], "closed"],
    ["nothing, while there are few calls", [5, 5], [4, 4], "closed"],
    ["sends, where they fail beside many checks that are answered", [10, 10], [500, 0], "sends"],
    ["checks, where they fail beside many sends that are taken", [500, 0], [10, 10], "checks"],
    ["both, where half of all calls fail, however few there are of each", [5, 5], [5, 3], "all"],
    ["what nobody tried too, while all that was tried fails", [10, 10], [0, 0], "all"],
    ["sends alone, where one check was answered", [10, 10], [1, 0], "sends"],
  ])("%s", async (_, sends, checks, of) => {
    expect(await calls(sends, checks)).toBe(of);
  });
});

describe("a probe", () => {
  it("of a check that is answered closes nothing of what sends opened, but lets one try at once", async () => {
    await calls([10, 10], [0, 0]);

    expect(await probed("check", true)).toBe("sends");
    const until = Number(await plain.hget(keys.breaker, "until"));
    expect(until).toBeLessThanOrEqual(Date.now());
  });

  it("of a send that is taken closes both", async () => {
    await calls([10, 10], [0, 0]);

    expect(await probed("send", true)).toBe("closed");
    expect(await calls([9, 9], [0, 0])).toBe("closed");
  });

  it("that fails keeps its own kind open for longer", async () => {
    await calls([10, 10], [0, 0]);

    expect(await probed("send", false)).toBe("all");
    expect(await plain.hmget(keys.breaker, "openMs", "checkOpenMs")).toEqual(["100000", "60000"]);
  });

  it("of a kind that is closed by now, which comes late, changes nothing", async () => {
    await calls([10, 10], [20, 0]);

    expect([await probed("check", true), await probed("check", false)]).toEqual(["sends", "sends"]);
    expect(Number(await plain.hget(keys.breaker, "until"))).toBeGreaterThan(Date.now());
  });

  it("of either kind ends a hold, for both", async () => {
    expect(await report({ unauthorized: true })).toMatchObject({ state: "held", of: "all", changed: true });
    expect(await calls([10, 10], [10, 10])).toBe("all");
    expect(await probed("check", true)).toBe("closed");
  });
});

it("is reported once: a change of the state, or of what it holds back", async () => {
  const ten = { calls: 10, failures: 10 };

  const opened = await report({ sends: ten, checks: { calls: 20, failures: 0 } });
  const again = await report({ sends: ten });
  const both = await report({ checks: { calls: 100, failures: 100 } });

  expect([opened, again, both].map(({ of, changed }) => [of, changed])).toEqual([
    ["sends", true],
    ["sends", false],
    ["all", true],
  ]);
  expect(await store.endHold("held")).toBe(false);
  expect(await store.endHold("any")).toBe(true);
  expect(await shown()).toEqual({ state: "closed", of: null });
});

it("a breaker that an earlier version opened is open for sends", async () => {
  await plain.hset(keys.breaker, { state: "open", until: Date.now() + 60_000, openMs: 5_000 });

  expect(await calls([0, 0], [5, 0])).toBe("sends");
  expect(await probed("send", true)).toBe("closed");
});

it("counts all calls, and those that the platform refused for its rate, also while the breaker is open", async () => {
  const counters = new CounterStore(redis, { prefix: keys.base.split(":")[0] ?? "", account: "yzj" });
  await report({ unauthorized: true });
  await report({ made: { calls: 7, throttled: 2 } });
  await report({ made: { calls: 3, throttled: 0 } });

  const hour = Math.floor(Date.now() / 3_600_000);
  const tallies = await counters.tallies({ unit: "hour", first: hour - 1, last: hour + 1, unitsEach: 3 });

  expect(tallies.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { stretch: 0, name: "calls", count: 10 },
    { stretch: 0, name: "throttled", count: 2 },
  ]);
});
