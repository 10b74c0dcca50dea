/**
 * Nothing ends while what was sent of it may still arrive, and nobody's end is another's.
 */
import { describe, expect, it } from "vitest";
import { decideAfterCheck, decideAtDeadline } from "../../../src/delivery/decide-check.ts";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import { dieAfterTheLag } from "../../../src/delivery/decision.ts";
import type { CheckOutcome, SendOutcome } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import { aContext, anEntry, anEvidence, aState, confirming, NOW } from "../../support/builders.ts";

const LAG = DEFAULT_POLICY.visibilityLagMs;
const NOTHING: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: null };

describe("the last question of a delivery, which may have done what it asks for", () => {
  const acted: CheckOutcome = {
    recipients: [{ kind: "inconclusive", recipient: "ann", detail: "no answer", mayHaveActed: true }],
    calls: 1,
    retryAfterMs: null,
  };
  const atDeadline = aContext({ now: NOW + 5 * LAG, deadlineAt: NOW + 5 * LAG });
  const { state } = decideAfterCheck(confirming("unknown"), { outcome: acted, context: atDeadline });

  it("is waited for: what follows in the lane must not be overtaken", () => {
    expect(state).toMatchObject({ status: "confirming", nextAt: atDeadline.now + LAG });
    expect(decideAtDeadline(state, { context: { ...atDeadline, now: atDeadline.now + LAG - 1 } })).toBeNull();
  });

  it("is the last one: no recipient is asked about any more", () => {
    expect(state.recipients.map(({ status }) => status)).toEqual(["unproven"]);
  });

  it.each([
    [
      "by the next round",
      decideAfterCheck(state, { outcome: NOTHING, context: { ...atDeadline, now: atDeadline.now + LAG } }),
    ],
    [
      "by the deadline, where no round comes",
      decideAtDeadline(state, { context: { ...atDeadline, now: atDeadline.now + LAG } }),
    ],
  ])("ends it once its lag is over, %s", (_, decision) => {
    expect(decision?.state).toMatchObject({ status: "dead", reason: "unproven" });
  });

  it("waits also for recipients that were never sent to, and sends nothing after the deadline", () => {
    const two = confirming("unknown");
    const before = { ...two, recipients: [...two.recipients, anEntry({ id: "bob" })] };
    const waits = decideAfterCheck(before, { outcome: acted, context: atDeadline }).state;
    const later = { ...atDeadline, now: atDeadline.now + LAG };

    expect(waits).toMatchObject({ status: "confirming", nextAt: later.now });
    expect(decideAtDeadline(waits, { context: { ...atDeadline, now: later.now - 1 } })).toBeNull();
    expect(decideAtDeadline(waits, { context: later })?.state).toMatchObject({
      status: "dead",
      reason: "unproven",
    });
    expect(decideAfterCheck(waits, { outcome: NOTHING, context: later }).state).toMatchObject({
      status: "dead",
      reason: "unproven",
    });
  });
});

describe("a send of which no request can be made", () => {
  const invalid: SendOutcome = { kind: "invalid", detail: "it has text that is not well-formed" };

  it("ends a delivery of which nothing was ever sent", () => {
    const { state } = decideAfterSend(aState(), { targets: ["ann"], outcome: invalid, context: aContext() });

    expect(state).toMatchObject({ status: "dead", reason: "invalid" });
  });

  it("ends no other recipient: those who were sent to are asked about", () => {
    const accepted = anEntry({ id: "bob", status: "accepted", sends: 1, sentAt: NOW });
    const before = aState({
      status: "retrying",
      knowledge: "accepted",
      sends: 1,
      recipients: [anEntry(), accepted],
    });
    const { state } = decideAfterSend(before, { targets: ["ann"], outcome: invalid, context: aContext() });

    expect(state).toMatchObject({ status: "confirming", sends: 1 });
    expect(state.recipients.map(({ status }) => status)).toEqual(["rejected", "accepted"]);
  });

  it("ends no other recipient: those with a send of their own are sent to", () => {
    const before = aState({ recipients: [anEntry(), anEntry({ id: "bob" })] });
    const { state } = decideAfterSend(before, {
      targets: ["ann"],
      outcome: invalid,
      context: aContext({ oneByOne: true }),
    });

    expect(state).toMatchObject({ status: "retrying", knowledge: "notSent" });
  });

  it("makes a delivery partial where others have it", () => {
    const proven = anEntry({ id: "bob", status: "confirmed", sends: 1, evidence: anEvidence() });
    const before = aState({
      status: "retrying",
      knowledge: "accepted",
      sends: 1,
      recipients: [anEntry(), proven],
    });
    const { state } = decideAfterSend(before, { targets: ["ann"], outcome: invalid, context: aContext() });

    expect(state).toMatchObject({ status: "dead", reason: "partial" });
    expect(state.detail).toContain("not well-formed");
  });
});

describe("a delivery that can neither be sent nor asked about any more", () => {
  it("ends once what was sent can arrive no more", () => {
    const sent = confirming("unknown");

    expect(dieAfterTheLag(sent, { reason: "invalid", detail: "odd", basis: aContext() }).state).toMatchObject(
      {
        status: "confirming",
        nextAt: NOW + LAG,
      },
    );
    expect(
      dieAfterTheLag(sent, { reason: "invalid", detail: "odd", basis: aContext({ now: NOW + LAG }) }).state,
    ).toMatchObject({
      status: "dead",
      reason: "invalid",
    });
  });

  it("ends at once where nothing was sent", () => {
    expect(
      dieAfterTheLag(aState(), { reason: "invalid", detail: "odd", basis: aContext() }).state,
    ).toMatchObject({
      status: "dead",
    });
  });
});

describe("the timeline", () => {
  const later = aContext({ now: NOW + 2 * LAG });
  const eventsAfter = (outcome: Partial<CheckOutcome["recipients"][number]>): string[] => {
    const before = confirming("unknown", { absences: 2, askedAt: NOW + LAG, sentAt: NOW });
    const recipients = [{ recipient: "ann", detail: "", ...outcome }] as CheckOutcome["recipients"];
    const told = decideAfterCheck(before, {
      outcome: { recipients, calls: 1, retryAfterMs: null },
      context: later,
    });
    return told.entries.map(({ event }) => event);
  };

  it("says absent where negatives have proven absence", () => {
    expect(eventsAfter({ kind: "absent" })).toContain("absenceProven");
    expect(eventsAfter({ kind: "absent", ends: "its place is taken" })).toContain("absenceProven");
  });

  it.each(["refused", "unobservable", "repeatable"] as const)(
    "of a delivery that is given up as %s does not say absent",
    (kind) => {
      expect(eventsAfter({ kind })).not.toContain("absenceProven");
    },
  );
});
