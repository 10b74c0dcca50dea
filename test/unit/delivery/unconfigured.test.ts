/**
 * How a delivery ends whose account has left the configuration.
 */
import { describe, expect, it } from "vitest";
import { replay } from "../../../src/delivery/replay.ts";
import { endUnconfigured } from "../../../src/delivery/unconfigured.ts";
import { aPolicy, aState, confirming, NOW } from "../../support/builders.ts";

const context = { policy: aPolicy(), now: NOW };
const deadline = { retired: null, isBeingSent: false };
const retired = { retired: { by: "ops", note: "merged" }, isBeingSent: false };

describe("an account that has left the configuration", () => {
  it("says who retired it and why, or that the deadline passed", () => {
    const [byDeadline, byOps] = [
      endUnconfigured(aState(), { unconfigured: deadline, context }).state,
      endUnconfigured(aState(), { unconfigured: retired, context }).state,
    ];
    expect(byDeadline).toMatchObject({ status: "dead", reason: "unconfigured", knowledge: "notSent" });
    expect(byDeadline.detail).toBe(
      "its account has left the configuration, and its deadline passed; it was never sent",
    );
    expect(byOps.detail).toBe(
      "its account has left the configuration, and ops retired it: merged; it was never sent",
    );
  });

  it("names whoever retired it also without a reason", () => {
    const { state } = endUnconfigured(aState(), {
      unconfigured: { ...retired, retired: { by: "ops", note: null } },
      context,
    });

    expect(state.detail).toBe(
      "its account has left the configuration, and ops retired it; it was never sent",
    );
  });

  it("leaves what a send has settled already as it is", () => {
    const before = confirming("accepted");
    const { state, entries } = endUnconfigured(before, {
      unconfigured: { ...deadline, isBeingSent: true },
      context,
    });

    expect(state.recipients).toEqual(before.recipients);
    expect(entries.map(({ event }) => event)).toEqual(["dead"]);
  });

  it("does not say of what was sent that it was not", () => {
    const { state } = endUnconfigured(confirming("accepted"), { unconfigured: retired, context });
    expect(state).toMatchObject({ status: "dead", knowledge: "accepted" });
    expect(state.detail).toContain("may have arrived");
  });

  it("treats a send whose outcome was not saved as unknown: its replay verifies", () => {
    const { state, entries } = endUnconfigured(aState(), {
      unconfigured: { ...deadline, isBeingSent: true },
      context,
    });

    expect(state).toMatchObject({ status: "dead", knowledge: "unknown", sends: 1 });
    expect(state.detail).toContain("may have arrived");
    expect(entries.map(({ event }) => event)).toEqual(["sent", "dead"]);
    const again = replay(state, {
      actor: { by: "ops", note: null },
      policy: aPolicy(),
      now: NOW,
      edit: null,
    });
    expect(again).toMatchObject({ state: { status: "confirming" } });
  });
});
