import { describe, expect, it } from "vitest";
import { decideAfterCheck } from "../../../src/delivery/decide-check.ts";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import type { SendOutcome } from "../../../src/delivery/outcome.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { aContext, aState, confirming, NOW } from "../../support/builders.ts";

const lost: SendOutcome = { kind: "unknown", cause: "connection", detail: "cut" };
const interrupted: SendOutcome = { kind: "unknown", cause: "interrupted", detail: "its worker died" };

function sent(state: DeliveryState, outcome: SendOutcome, now = NOW): DeliveryState {
  return decideAfterSend(state, { targets: ["ann"], outcome, context: aContext({ now }) }).state;
}

describe("the time of the first send", () => {
  it("stays that of the first", () => {
    const twice = sent(sent(aState(), lost), lost, NOW + 5_000);

    expect(twice.recipients).toMatchObject([{ firstSentAt: NOW, sentAt: NOW + 5_000 }]);
  });

  it("is not known where a worker died during it, nor after the next", () => {
    const twice = sent(sent(aState(), interrupted), lost, NOW + 5_000);

    expect(twice.recipients).toMatchObject([{ firstSentAt: null, sentAt: NOW + 5_000 }]);
  });
});

describe("what a channel notes about a recipient", () => {
  it.each([lost, { kind: "accepted" }] as const)("is kept from a send (%o)", (outcome) => {
    expect(sent(aState(), { ...outcome, memo: "before" }).recipients).toMatchObject([{ memo: "before" }]);
  });

  it.each(["absent", "pending", "inconclusive"] as const)("is kept from a check (%s)", (kind) => {
    const check = { kind, recipient: "ann", detail: "seen", memo: "seen" };
    const outcome = { recipients: [check], calls: 1, retryAfterMs: null };

    const { state } = decideAfterCheck(confirming("unknown", { memo: "before" }), {
      outcome,
      context: aContext(),
    });

    expect(state.recipients).toMatchObject([{ memo: "seen" }]);
  });

  it("outlives a send and a check that note nothing", () => {
    const outcome = {
      recipients: [{ kind: "absent" as const, recipient: "ann" }],
      calls: 1,
      retryAfterMs: null,
    };
    const checked = decideAfterCheck(confirming("unknown", { memo: "before" }), {
      outcome,
      context: aContext(),
    }).state;

    expect(sent(checked, lost).recipients).toMatchObject([{ memo: "before" }]);
  });
});
