/** Operations that nobody can observe, or that send nothing, and what a channel notes for its next round. */
import { describe, expect, it } from "vitest";
import {
  decideAfterCheck,
  decideAtDeadline,
  NOTHING_IN_ITS_WAY,
} from "../../../src/delivery/decide-check.ts";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import type { RecipientCheck } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import { aContext, aState, confirming, NOW } from "../../support/builders.ts";

const { visibilityLagMs: LAG, maxSends } = DEFAULT_POLICY;
const repeatable: RecipientCheck = { kind: "repeatable", recipient: "ann", detail: "nobody can see it" };
const once = (check: RecipientCheck) => ({ recipients: [check], calls: 0, retryAfterMs: null });

describe("what cannot be observed and is safe to repeat", () => {
  it("is not repeated while the send before may be under way", () => {
    const { state } = decideAfterCheck(confirming("unknown"), {
      outcome: once(repeatable),
      context: aContext({ now: NOW + LAG - 1 }),
    });
    expect(state.recipients).toMatchObject([{ status: "unknown" }]);
  });

  it("is sent again when the lag is over", () => {
    const { state } = decideAfterCheck(confirming("unknown"), {
      outcome: once(repeatable),
      context: aContext({ now: NOW + LAG }),
    });
    expect(state.recipients).toMatchObject([{ status: "waiting" }]);
  });

  it.each([
    ["sends", confirming("unknown", { sends: maxSends }), "unproven"],
    [
      "deaths of a worker",
      { ...confirming("unknown"), interruptions: DEFAULT_POLICY.maxInterruptions },
      "poison",
    ],
  ])("is given up after the most %s", (_, before, reason) => {
    const { state } = decideAfterCheck(before, {
      outcome: once(repeatable),
      context: aContext({ now: NOW + LAG }),
    });
    expect(state).toMatchObject({
      status: "dead",
      reason,
      recipients: [{ detail: "nobody can see it" }],
    });
  });
});

describe("a deadline", () => {
  it.each([
    ["paused", "the account was paused"],
    ["held", "the account was held, because its credentials were refused"],
    ["open", "the platform was away (the breaker was open)"],
    [null, "it never had its turn"],
  ])("says what stood in the way: %s", (gate, words) => {
    const decision = decideAtDeadline(aState(), {
      context: aContext({ now: NOW + DEFAULT_POLICY.deadlineMs }),
      inItsWay: {
        ...NOTHING_IN_ITS_WAY,
        gate,
      },
    });
    expect(decision?.state).toMatchObject({ status: "dead", reason: "expired" });
    expect(decision?.state.detail).toContain(words);
  });
});

describe("a send", () => {
  it("that sends nothing leaves everything to the checks", () => {
    const { state, entries } = decideAfterSend(aState(), {
      targets: ["ann"],
      outcome: { kind: "observing" },
      context: aContext(),
    });
    expect(state).toMatchObject({
      status: "confirming",
      sends: 0,
      recipients: [{ status: "accepted", sends: 0 }],
    });
    expect(entries).toEqual([{ at: NOW, event: "observing" }]);
  });

  it("that sends nothing to a recipient whom the platform refuses is refused", () => {
    const refused = [{ recipient: "ann", code: "7", text: "no such person" }];
    const { state } = decideAfterSend(aState(), {
      targets: ["ann"],
      outcome: { kind: "observing", refused },
      context: aContext(),
    });
    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
  });

  it("keeps what its channel wants to know again", () => {
    const outcome = { kind: "unknown", cause: "timeout", detail: "no answer", memo: "m-1" } as const;
    const { state } = decideAfterSend(aState(), { targets: ["ann"], outcome, context: aContext() });
    expect(state.recipients).toMatchObject([{ status: "unknown", memo: "m-1" }]);
  });

  it("of which no request can be made is invalid, and was never sent", () => {
    const outcome = { kind: "invalid", detail: "a header that cannot be written" } as const;
    const { state } = decideAfterSend(aState(), { targets: ["ann"], outcome, context: aContext() });
    expect(state).toMatchObject({ status: "dead", reason: "invalid", knowledge: "notSent" });
  });
});
