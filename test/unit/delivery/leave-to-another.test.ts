/** A worker that does not know an operation asks nobody: it neither decides about a delivery nor keeps it for long. */
import { expect, it } from "vitest";
import { leaveCheckToAnother, leaveSendToAnother } from "../../../src/delivery/leave-to-another.ts";
import { decideAtDeadline } from "../../../src/delivery/decide-check.ts";
import { aContext, anEvidence, aState, confirming, NOW } from "../../support/builders.ts";

const detail = "this worker does not know the operation";
const context = aContext();
const { visibilityLagMs, lastCheckLeadMs } = context.policy;

it("a send is tried again after a flat pause, however often it was left", () => {
  for (const waits of [0, 40]) {
    const { state } = leaveSendToAnother(aState({ waits }), { detail, context });

    expect(state).toMatchObject({ status: "queued", detail, sends: 0, knowledge: "notSent" });
    expect((state.nextAt ?? 0) - NOW).toBeLessThanOrEqual(10_000);
  }
});

it("a check is left for a flat pause, which its story tells once", () => {
  const first = leaveCheckToAnother(confirming("accepted"), { detail, context });
  const second = leaveCheckToAnother(first.state, { detail, context });

  expect(first.state).toMatchObject({ status: "confirming", nextAt: NOW + 10_000, checks: 0, checkRound: 0 });
  expect(first.entries).toEqual([{ at: NOW, event: "waiting", cause: "unreachable", detail }]);
  expect(second).toMatchObject({ state: { nextAt: NOW + 10_000 }, entries: [] });
});

it("the last check is not decided by one that cannot ask: until its deadline's time is over another may", () => {
  const deadlineAt = NOW - visibilityLagMs;
  const state = confirming("accepted", { sentAt: deadlineAt - visibilityLagMs });
  const before = confirming("accepted", { sentAt: NOW - 60 * visibilityLagMs });

  const last = leaveCheckToAnother(state, { detail, context: aContext({ deadlineAt }) });
  const soon = leaveCheckToAnother(before, { detail, context: aContext({ deadlineAt: NOW + 3_000 }) });

  expect(last.state).toMatchObject({ status: "confirming", nextAt: NOW + 1_000 });
  expect(soon.state).toMatchObject({ status: "confirming", nextAt: NOW + 3_000 });
  const over = aContext({ deadlineAt, now: deadlineAt + lastCheckLeadMs });
  expect(decideAtDeadline(last.state, { context: over })?.state).toMatchObject({ reason: "unproven" });
});

it("what nobody need ask about any more ends", () => {
  const proven = confirming("accepted", { status: "confirmed", evidence: anEvidence(), at: NOW });

  expect(leaveCheckToAnother(proven, { detail, context }).state).toMatchObject({ status: "confirmed" });
});
