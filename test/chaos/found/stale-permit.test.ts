/**
 * Found by `npm run chaos`: more than five checks of one todo within a minute.
 *
 * Seed 7: each check had its permit and then waited for an access token, whose fetch hung for a minute of the
 * platform's time. When the token came, they all left, together with those permitted at that time. Anything
 * else that delays a token has the same effect, such as the lock of a worker that died while fetching one.
 *
 * Seed 20261123: the retry of a check with a fresh token had no permit of its own; and a permit that Redis
 * granted in time was seconds old when it arrived.
 *
 * Under load: a worker that was stopped between permit and socket made its call after it continued, in another
 * of the platform's windows.
 */
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/account/limits.ts";
import { CallMonitor } from "../../../src/account/calls.ts";
import { Account, type AccountParts } from "../../../src/account/account.ts";
import type { AccountAccess } from "../../../src/platforms/account-access.ts";
import { LatestDeparture } from "../../../src/platforms/http/latest-departure.ts";
import type { PlatformAnswer, PlatformCall } from "../../../src/platforms/platform-http.ts";
import { yunzhijiaTodo } from "../../../src/platforms/yunzhijia/todo/channel.ts";
import { createInput } from "../../../src/platforms/yunzhijia/todo/input.ts";
import type { CheckOutcome } from "../../../src/delivery/outcome.ts";
import { openLedger } from "../../../src/delivery/ledger.ts";
import { AccountStore } from "../../../src/storage/account-store.ts";
import { connect } from "../../../src/storage/connection.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { aPrefix, testRedisUrl } from "../../support/redis.ts";
import { Relay } from "../relay.ts";
import { fake } from "../../support/fake.ts";

const LOST: PlatformAnswer = { kind: "lost", cause: "timeout", detail: "no answer in time" };
const LATE: PlatformAnswer = { kind: "unreachable", detail: "late", isLate: true };
const REFUSED: PlatformAnswer = { kind: "answered", status: 401, retryAfter: null, text: "" };

const leaveBy = new LatestDeparture(60_000);
const TOO_LATE: PlatformAnswer = { kind: "notPermitted", retryAfterMs: 700 };

/** Records the order of its calls. */
function anAccount(steps: string[], answers: readonly PlatformAnswer[]): AccountAccess {
  const left = [...answers];
  const account: Partial<AccountAccess> = {
    permitCheck: async () => {
      steps.push("permit");
      return { kind: "granted", leaveBy };
    },
    token: async () => {
      steps.push("token");
      return { kind: "token", value: "t" };
    },
    dropToken: async () => undefined,
    call: async (call) => {
      steps.push(call.leaveBy === leaveBy ? "call" : "call without its permit");
      return left.shift() ?? LOST;
    },
  };
  return account as AccountAccess;
}

async function checkATodo(account: AccountAccess): Promise<readonly CheckOutcome[]> {
  const outstanding = openLedger(["ann"]);
  const request = {
    deliveryId: "d-1",
    operation: "todo.create",
    input: createInput.parse(aTodo().payload),
    key: null,
    outstanding,
    recipients: outstanding,
    receipt: null,
    reference: null,
    createdAt: 0,
    now: 0,
  };
  return yunzhijiaTodo.check([request], { account, signal: new AbortController().signal });
}

describe("a check of a todo", () => {
  it("has its token before its permit, so that a permit is never old when it is used", async () => {
    const steps: string[] = [];

    await checkATodo(anAccount(steps, [LOST]));

    expect(steps).toEqual(["token", "permit", "call"]);
  });

  it("is repeated with a fresh token only with a permit of its own", async () => {
    const steps: string[] = [];

    await checkATodo(anAccount(steps, [REFUSED, LOST]));

    expect(steps).toEqual(["token", "permit", "call", "token", "permit", "call"]);
  });
});

describe("a check that was too late for its permit", () => {
  it("has asked nothing, and is postponed without being counted", async () => {
    const checked = await checkATodo(anAccount([], [TOO_LATE]));

    expect(checked).toEqual([{ recipients: [], calls: 0, retryAfterMs: 700 }]);
  });

  it("is not counted as a failure of the platform", async () => {
    const counted: string[] = [];
    const wire = { keepsGuards: true, call: async () => LATE };
    const calls = fake<CallMonitor>({ count: (kind) => void counted.push(kind) });
    const account = new Account(
      fake<AccountParts>({ wire, calls, limits: { ...DEFAULT_LIMITS, rates: {} } }),
    );

    const answer = await account.call({ method: "GET", path: "/" }, new AbortController().signal);

    expect(answer).toEqual({ kind: "notPermitted", retryAfterMs: DEFAULT_LIMITS.checkBudget.marginMs });
    expect(counted).toEqual([]);
  });
});

it.each([
  ["a wire that looks at the socket", true],
  ["a wire from outside, which looks nowhere", false],
])("a question without a permit has a latest departure too, on %s", async (_, keepsGuards) => {
  const given: (LatestDeparture | undefined)[] = [];
  const wire = {
    keepsGuards,
    call: async ({ leaveBy }: PlatformCall) => {
      given.push(leaveBy);
      return LOST;
    },
  };
  const calls = fake<CallMonitor>({ count: () => undefined });
  const account = new Account(fake<AccountParts>({ wire, calls, limits: { ...DEFAULT_LIMITS, rates: {} } }));
  const call: PlatformCall = { method: "GET", path: "/" };

  await account.call(call, new AbortController().signal);
  await account.call({ ...call, leaveBy: new LatestDeparture(0) }, new AbortController().signal);

  // A wire that looks at the socket gets both, and refuses the second one itself.
  expect(given.map((latest) => latest?.isPast())).toEqual(keepsGuards ? [false, true] : [false]);
});

describe("a permit to check", () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it("is not used when Redis' answer was long on its way", async () => {
    const { hostname, port } = new URL(testRedisUrl());
    const relay = new Relay({ host: hostname, port: Number(port) });
    await relay.open();
    closing.push(() => relay.close());
    const redis = connect(
      { url: `redis://127.0.0.1:${relay.port}` },
      { role: "worker", onError: () => undefined },
    );
    closing.push(async () => redis.disconnect());
    const marginMs = 200;
    const store = new AccountStore(redis, { prefix: aPrefix(), account: "yzj" });
    const parts: Partial<AccountParts> = {
      name: "yzj",
      calls: new CallMonitor(store, {
        limits: DEFAULT_LIMITS.breaker,
        listener: {
          onChange: () => undefined,
          onHold: () => undefined,
          onError: () => undefined,
        },
      }),
      limits: {
        ...DEFAULT_LIMITS,
        rates: { check: 1_000 },
        checkBudget: { ...DEFAULT_LIMITS.checkBudget, marginMs },
      },
      store,
    };
    const account = new Account(parts as AccountParts);
    const { signal } = new AbortController();
    // On a busy machine an answer may take this long without a fault.
    let todos = 0;
    await eventually(
      () => account.permitCheck(`todo-${(todos += 1)}`, signal),
      ({ kind }) => kind === "granted",
    );

    await relay.begin("freeze");
    const asked = account.permitCheck("todo-0", signal);
    setTimeout(() => void relay.end(), marginMs);

    expect(await asked).toEqual({ kind: "denied", retryAfterMs: marginMs });
  });
});
