/**
 * When something is tried or asked again, where the policy leaves it open.
 */
import { describe, expect, it } from "vitest";
import { checkPauseMs } from "../../../src/delivery/backoff.ts";
import { describeLedger, nextCheckAt, settle } from "../../../src/delivery/decision.ts";
import { aContext, anEntry, aPolicy, aState, confirming, NOW } from "../../support/builders.ts";

describe("a policy without a schedule of checks", () => {
  const policy = aPolicy({ checkScheduleMs: [], visibilityLagMs: 40_000 });

  it("asks once in a visibility lag", () => {
    expect(checkPauseMs(policy, { round: 3, jitter: 0.5 })).toBe(40_000);
  });

  it("has no moments at which many are asked about together", () => {
    const context = aContext({ policy, asksTogether: true, now: NOW + 7 });

    expect(nextCheckAt(confirming("accepted"), context)).toBe(NOW + 7 + 40_000);
  });
});

describe("recipients that are addressed in one call", () => {
  const context = aContext({ resendsTogether: true });
  const lost = anEntry({ id: "ann", status: "waiting", sends: 1, sentAt: NOW });

  it("wait for each other where one of them was never sent to", () => {
    const open = anEntry({ id: "bob", status: "unknown", sends: 1, sentAt: null });
    const state = aState({ status: "confirming", nextAt: NOW, sends: 1, recipients: [lost, open] });

    const { state: after } = settle(state, { recipients: state.recipients, entries: [], context });

    expect(after.status).toBe("confirming");
  });
});

describe("the sentence about a dead letter", () => {
  it("says of what was not sent that it was awaited", () => {
    expect(describeLedger([anEntry({ status: "unproven" })])).toBe("awaited, never seen: ann");
    expect(describeLedger([anEntry({ status: "accepted", detail: "HTTP 500" })])).toBe(
      "awaited, never seen (HTTP 500): ann",
    );
  });

  it("names five of many", () => {
    const many = Array.from({ length: 7 }, (_, index) => anEntry({ id: `r${index}`, status: "confirmed" }));

    expect(describeLedger(many)).toBe("proven: r0, r1, r2, r3, r4 and 2 more");
  });
});
