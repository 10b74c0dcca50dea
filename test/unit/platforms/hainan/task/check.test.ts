import { describe, expect, it } from "vitest";
import { hainanTask } from "../../../../../src/platforms/hainan/task/channel.ts";
import type { PlatformAnswer } from "../../../../../src/platforms/platform-http.ts";
import { decideAfterCheck } from "../../../../../src/delivery/decide-check.ts";
import type { CheckOutcome } from "../../../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../../../src/delivery/policy.ts";
import type { DeliveryState } from "../../../../../src/delivery/record.ts";
import { replay } from "../../../../../src/delivery/replay.ts";
import { aContext, aState, NOW } from "../../../../support/builders.ts";
import { aRequest, answered, aTask, aTaskFor, created, EMPTY, entries, REFUSED, scripted } from "./tasks.ts";

const signal = new AbortController().signal;
const unknown = entries({ id: "2001", status: "unknown", sends: 1 });

async function check(
  answers: readonly PlatformAnswer[],
  overrides: Parameters<typeof aRequest>[0] = {},
): Promise<{ outcome: CheckOutcome | undefined; calls: ReturnType<typeof scripted>["calls"] }> {
  const { account, calls } = scripted(answers);
  const [outcome] = await hainanTask.check([aRequest({ recipients: unknown, ...overrides })], {
    account,
    signal,
  });
  return { outcome, calls };
}

describe("asking again for a task whose answer was lost", () => {
  it("asks for exactly what was sent", async () => {
    const { account, calls } = scripted([created("t-1")]);
    const input = aTaskFor("2001", "2002");
    const waiting = entries({ id: "2001" }, { id: "2002" });
    const lost = entries({ id: "2001", status: "unknown", sends: 1 }, { id: "2002" });

    await hainanTask.send(aRequest({ input, recipients: waiting }), { account, signal });
    await hainanTask.check([aRequest({ input, recipients: lost })], { account, signal });

    expect(calls[1]).toEqual(calls[0]);
  });

  it("proves with the handle when the answer names the task", async () => {
    const { outcome } = await check([created("t-1")], { input: aTask({ bizTaskId: "b1" }) });

    expect(outcome).toMatchObject({
      calls: 1,
      receipt: { packageUuid: "p-1", taskUuid: "t-1", "task:2001": "t-1" },
      recipients: [
        {
          kind: "proven",
          recipient: "2001",
          receipt: { bizTaskId: "b1", taskUuid: "t-1", packageUuid: "p-1" },
          evidence: { kind: "reply", note: "asked again after a lost answer" },
        },
      ],
    });
  });

  it("proves without the handle when the answer is empty", async () => {
    const { outcome } = await check([EMPTY]);

    expect(outcome).toMatchObject({
      recipients: [{ kind: "proven", evidence: { note: "there, its handle is lost" } }],
    });
    expect(outcome).not.toHaveProperty("receipt");
  });

  it.each<[string, PlatformAnswer]>([
    ["lost", { kind: "lost", cause: "timeout", detail: "x" }],
    ["never left", { kind: "unreachable", detail: "x" }],
    ["broken", { kind: "answered", status: 200, retryAfter: null, text: "{" }],
    ["without the taskUuid", answered({ success: true, content: { data: { a: 1 } } })],
    ["unauthorized", answered("", 401)],
    ["not found", answered("", 404)],
    ["busy", answered({ success: false, errorCode: "SYSTEM_BUSY", errorMsg: "later" })],
  ])("is inconclusive when it is %s again, and never absence", async (_name, answer) => {
    expect((await check([answer])).outcome).toMatchObject({
      calls: 1,
      recipients: [{ kind: "inconclusive" }],
    });
  });

  it.each([
    ["refused", REFUSED, /^E1: no .*not known/],
    [
      "refused by the gateway",
      answered({ success: false, errorCode: "NO_SUCH_TENANT", errorMsg: "no" }),
      /^NO_SUCH_TENANT: no .*not known/,
    ],
  ])("says in the platform's words why it was %s, and nothing more", async (_how, answer, words) => {
    const { outcome } = await check([answer]);

    expect(outcome).toMatchObject({
      calls: 1,
      recipients: [{ kind: "refused", detail: expect.stringMatching(words) }],
      retryAfterMs: null,
    });
  });

  it("waits as long as the platform asks", async () => {
    const answer: PlatformAnswer = { kind: "answered", status: 429, retryAfter: "7", text: "" };

    expect((await check([answer])).outcome).toMatchObject({ retryAfterMs: 7_000 });
  });

  it("asks about one assignee a round, and about the next at once", async () => {
    const input = aTaskFor("ann", "bob");
    const recipients = entries({ id: "ann", status: "unknown" }, { id: "bob", status: "unknown" });
    const { outcome, calls } = await check([created("t-1")], { input, recipients });

    expect(calls).toHaveLength(1);
    expect(outcome).toMatchObject({ retryAfterMs: 0, recipients: [{ recipient: "ann" }] });
  });

  it("stays in the package of the others", async () => {
    const input = aTaskFor("ann", "bob");
    const recipients = entries({ id: "ann", status: "confirmed" }, { id: "bob", status: "unknown" });
    const { calls } = await check([created("t-2")], { input, recipients, receipt: { packageUuid: "p-1" } });

    expect(calls[0]?.query).toMatchObject({ assigneeId: "bob", packageUuid: "p-1" });
  });

  it("makes no call where the account's rate does not permit one", async () => {
    const { account, calls } = scripted([created("t-1")]);
    const denied = { ...account, permitCall: async () => ({ kind: "denied" as const, retryAfterMs: 900 }) };

    const outcomes = await hainanTask.check([aRequest({ recipients: unknown })], { account: denied, signal });

    expect(outcomes).toEqual([{ recipients: [], calls: 0, retryAfterMs: 900 }]);
    expect(calls).toEqual([]);
  });
});

describe("a task that was created, though its answer was lost and every question refused", () => {
  it("is unproven in the end, and proven by a replay that asks before it sends", async () => {
    const deadlineAt = NOW + DEFAULT_POLICY.deadlineMs;
    const later = NOW + DEFAULT_POLICY.visibilityLagMs;
    const lost = aState({ status: "confirming", knowledge: "unknown", sends: 1, recipients: unknown });
    const asked = async (
      state: DeliveryState,
      answer: PlatformAnswer,
      now: number,
    ): Promise<DeliveryState> => {
      const { outcome } = await check([answer], { recipients: state.recipients, now });
      if (outcome === undefined) throw new Error("a check answers one outcome for each request");
      return decideAfterCheck(state, { outcome, context: aContext({ now, deadlineAt, oneByOne: true }) })
        .state;
    };

    const waits = await asked(lost, REFUSED, NOW);
    const dead = await asked(waits, REFUSED, later);
    const actor = { by: "ops", note: null };
    const again = replay(dead, { actor, policy: DEFAULT_POLICY, now: later, edit: null }).state;
    // The replay starts the lag anew: until it is over, the lost send may still arrive.
    const proven = await asked(again, EMPTY, later + DEFAULT_POLICY.visibilityLagMs);

    expect(waits).toMatchObject({ status: "confirming" });
    expect(dead).toMatchObject({ status: "dead", reason: "unproven" });
    expect(again).toMatchObject({ status: "confirming", recipients: [{ status: "unknown" }] });
    expect(proven).toMatchObject({
      status: "confirmed",
      recipients: [{ evidence: { note: "there, its handle is lost" } }],
    });
  });
});

describe("asking again for the end of a task", () => {
  const ended = { operation: "task.cancel", recipients: entries({ id: "*", status: "unknown" }) };

  it("proves by success: an ended task stays ended", async () => {
    const answer = answered({ success: true, content: { success: true, data: null } });
    const { outcome } = await check([answer], { ...ended, input: { userId: "1", taskUuid: "t-1" } });

    expect(outcome).toMatchObject({
      recipients: [{ kind: "proven", recipient: "*", evidence: { kind: "reply" } }],
    });
  });

  it.each([
    ["refused", REFUSED, /^E1: no/],
    ["not exposed", answered({}, 404), /^HTTP 404: the gateway does not expose/],
  ])("ends with a reason when it is %s", async (_name, answer, detail) => {
    const { outcome } = await check([answer], { ...ended, input: { userId: "1", taskUuid: "t-1" } });

    expect(outcome).toMatchObject({
      recipients: [{ kind: "refused", isFinal: true, detail: expect.stringMatching(detail) }],
    });
  });

  it("is unobservable once the delivery that it refers to is gone", async () => {
    const { outcome, calls } = await check([EMPTY], { ...ended, input: { userId: "1", of: "oa-1" } });

    expect(calls).toEqual([]);
    expect(outcome).toMatchObject({ recipients: [{ kind: "unobservable" }] });
  });
});
