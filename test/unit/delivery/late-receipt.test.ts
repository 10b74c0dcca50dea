import { describe, expect, it } from "vitest";
import { decideLateReceipt, withLateReceipt, type LateReceipt } from "../../../src/delivery/late-receipt.ts";
import { aContext, anEntry, anEvidence, aState, confirming, NOW } from "../../support/builders.ts";

const LATE: LateReceipt = {
  at: NOW + 1_000,
  targets: ["ann"],
  receipt: { taskId: "t-1" },
  recipientReceipts: { ann: { taskUuid: "u-1" } },
  evidence: null,
};

describe("a receipt that came late", () => {
  it("turns a waiting resend into an accepted send, which is verified", () => {
    const state = aState({ recipients: [anEntry({ status: "waiting", sends: 1, absences: 3 })], sends: 1 });

    const { state: next, entries } = decideLateReceipt(state, { late: LATE, context: aContext() });

    expect(next).toMatchObject({ status: "confirming", knowledge: "accepted", receipt: { taskId: "t-1" } });
    expect(next.recipients).toMatchObject([
      {
        status: "accepted",
        sends: 1,
        sentAt: LATE.at,
        absences: 0,
        askedAt: null,
        receipt: { taskUuid: "u-1" },
      },
    ]);
    expect(entries).toEqual([{ at: LATE.at, event: "receiptCameLate", to: 1 }]);
  });

  it("is counted as a send where none was counted", () => {
    const state = aState({ recipients: [anEntry({ status: "waiting", sends: 0 })] });
    expect(withLateReceipt(state, LATE).recipients).toMatchObject([{ sends: 1 }]);
  });

  it("does not restart the lag of what was accepted before", () => {
    const state = confirming("accepted");
    expect(withLateReceipt(state, LATE).recipients).toMatchObject([{ status: "accepted", sentAt: NOW }]);
  });

  it("ends the delivery where it is proof itself", () => {
    const evidence = anEvidence({ kind: "reply" });
    const { state } = decideLateReceipt(confirming("unknown"), {
      late: { ...LATE, evidence },
      context: aContext(),
    });
    expect(state).toMatchObject({ status: "confirmed", recipients: [{ status: "confirmed", evidence }] });
  });

  it("is kept by a delivery that has ended, and changes nothing else", () => {
    const ended = aState({
      status: "dead",
      reason: "unproven",
      finishedAt: NOW,
      recipients: [anEntry({ status: "unproven" })],
    });

    const { state } = decideLateReceipt(ended, { late: LATE, context: aContext() });

    expect(state).toMatchObject({ status: "dead", reason: "unproven", receipt: { taskId: "t-1" } });
    expect(state.recipients).toMatchObject([{ status: "unproven", receipt: { taskUuid: "u-1" } }]);
  });

  it("concerns its own recipients alone, and keeps what is known of others", () => {
    const state = aState({
      recipients: [anEntry({ receipt: { taskUuid: "u-0" } })],
      receipt: { packageUuid: "p" },
    });
    const other = { ...LATE, targets: ["bob"], receipt: null };

    expect(withLateReceipt(state, other)).toMatchObject({
      receipt: { packageUuid: "p" },
      recipients: [{ status: "waiting", receipt: { taskUuid: "u-0" } }],
    });
    expect(withLateReceipt(state, { ...LATE, recipientReceipts: {} }).recipients).toMatchObject([
      { receipt: { taskUuid: "u-0" } },
    ]);
  });
});
