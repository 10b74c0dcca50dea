import { describe, expect, it } from "vitest";
import { cancel } from "../../../src/delivery/cancel.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { aState, anEntry, confirming, NOW } from "../../support/builders.ts";

const by = { by: "oa", note: null };

describe("cancel", () => {
  it("ends a delivery of which nothing was sent, and says who did it", () => {
    expect(
      cancel(aState({ nextAt: NOW }), { actor: { by: "oa", note: "a mistake" }, now: NOW }),
    ).toMatchObject({
      kind: "cancelled",
      decision: {
        state: { status: "cancelled", knowledge: "notSent", finishedAt: NOW },
        entries: [{ at: NOW, event: "cancelled", by: "oa", note: "a mistake" }],
      },
    });
  });

  it("ends one that waits because nothing could leave", () => {
    const waiting = aState({ waits: 3, waitCause: "unreachable" });

    expect(cancel(waiting, { actor: by, now: NOW }).kind).toBe("cancelled");
  });

  const tooLate: [string, DeliveryState][] = [
    ["it was sent and is being verified", confirming("unknown")],
    ["the platform has taken it", confirming("accepted")],
    ["it is to be sent again", aState({ status: "retrying", sends: 1 })],
    ["it was sent before, whatever its status says", aState({ sends: 1 })],
    [
      "a recipient may have it",
      aState({ knowledge: "unknown", recipients: [anEntry({ status: "unknown", sends: 1 })] }),
    ],
    ["it is confirmed", aState({ status: "confirmed" })],
    ["it is dead", aState({ status: "dead", reason: "rejected" })],
    ["it is cancelled", aState({ status: "cancelled" })],
  ];

  it.each(tooLate)("is too late when %s", (_when, state) => {
    expect(cancel(state, { actor: by, now: NOW })).toEqual({ kind: "tooLate" });
  });
});
