/**
 * A send's account: nothing leaves once its time is over, and each call but the first takes a place in the rate.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GuardedAccount } from "../../../src/pipeline/guarded-account.ts";
import type { Permit } from "../../../src/platforms/account-access.ts";
import { SendGuard } from "../../../src/platforms/http/send-guard.ts";
import type { PlatformAnswer, PlatformCall } from "../../../src/platforms/platform-http.ts";
import { yunzhijiaTodo } from "../../../src/platforms/yunzhijia/todo/channel.ts";
import { bareAccess } from "../../../src/testing/bare-account.ts";
import { anEntry, aTodo, NOW } from "../../support/builders.ts";

const settings = { platform: "yunzhijia", appId: "500041933", todoMode: "async", scheduleLookup: "auto" };
const signal = AbortSignal.timeout(60_000);
const CALL: PlatformCall = { method: "POST", path: "/x" };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.advanceTimersByTime(1_000);
});
afterEach(() => vi.useRealTimers());

/** Answers each call so; what was called, and which places were asked for, is written down. */
function anAccount({
  guard = new SendGuard(5_000),
  permit = { kind: "granted" },
  answer = () => ({ kind: "answered", status: 200, retryAfter: null, text: "{}" }),
}: {
  readonly guard?: SendGuard;
  readonly permit?: Permit;
  readonly answer?: (call: PlatformCall) => PlatformAnswer;
} = {}) {
  const [calls, buckets]: [PlatformCall[], string[]] = [[], []];
  const wire = { call: async () => Promise.reject(new Error("unused")), close: async () => undefined };
  const bare = {
    ...bareAccess(settings, wire),
    call: async (call: PlatformCall) => {
      calls.push(call);
      return answer(call);
    },
    permitCall: async (bucket: string) => {
      buckets.push(bucket);
      return permit;
    },
  };
  const request = { id: "d1", operation: "todo.create", traceparent: null };
  const account = new GuardedAccount(bare, {
    runtime: { emit: () => undefined },
    sender: { request, guard },
  });
  return { account, guard, calls, buckets };
}

describe("the account of one send", () => {
  it("lets the first call leave in the place that came with its lease, and gives each its guard", async () => {
    const { account, guard, calls, buckets } = anAccount();
    account.begin();

    await account.call(CALL, signal);
    await account.call(CALL, signal);

    expect(calls.map((call) => call.guard)).toEqual([guard, guard]);
    expect(buckets).toEqual(["todo"]);
  });

  it("takes another place where the first call comes long after the lease", async () => {
    const { account, buckets } = anAccount();
    account.begin();
    vi.advanceTimersByTime(101);

    await account.call(CALL, signal);

    expect(buckets).toEqual(["todo"]);
  });

  it("does not make a call for which the rate has no place", async () => {
    const { account, calls } = anAccount({ permit: { kind: "denied", retryAfterMs: 70 } });

    expect(await account.call(CALL, signal)).toEqual({ kind: "notPermitted", retryAfterMs: 70 });
    expect(calls).toEqual([]);
  });

  it.each([
    ["its time is over", () => vi.advanceTimersByTime(5_001)],
    ["it was barred", (guard: SendGuard) => guard.bar()],
  ])("makes no call once %s", async (_why, end) => {
    const { account, guard, calls } = anAccount();
    account.begin();
    end(guard);

    expect(await account.call(CALL, signal)).toMatchObject({ kind: "unreachable", isLate: true });
    expect(calls).toEqual([]);
    expect(account.calls).toBe(0);
  });
});

it("a refused create whose look comes too late for the guard is asked about later, and is not called rejected", async () => {
  const refused: PlatformAnswer = { kind: "answered", status: 404, retryAfter: null, text: "" };
  const { account, guard, calls } = anAccount({
    answer: () => {
      vi.advanceTimersByTime(5_001);
      return refused;
    },
  });
  account.begin();
  const { payload } = aTodo({ sourceId: "s1" }, ["ann"]);

  const outcome = await yunzhijiaTodo.send(
    {
      deliveryId: "d1",
      operation: "todo.create",
      input: yunzhijiaTodo.operations["todo.create"]?.input.parse(payload) as never,
      key: null,
      targets: ["ann"],
      recipients: [anEntry({ id: "ann" })],
      receipt: null,
      reference: null,
      now: NOW,
    },
    { account, signal },
  );

  expect(guard.isOpen()).toBe(false);
  expect(calls.map(({ path }) => path)).toEqual(["/gateway/newtodo/open/generatetodo.json"]);
  expect(outcome).toMatchObject({ kind: "unknown", cause: "ambiguous" });
});
