import { describe, expect, it } from "vitest";
import type { DeliveryRequest, DeliveryState } from "../../../src/delivery/record.ts";
import { decodeDelivery, encodeRequest, encodeState } from "../../../src/storage/record-codec.ts";
import { aState, anEntry, anEvidence, NOW } from "../../support/builders.ts";

const WHERE = { id: "d-1", account: "yzj" };
const REQUEST: DeliveryRequest = {
  ...WHERE,
  operation: "todo.create",
  key: "k",
  lane: "todo:1",
  priority: 2,
  createdAt: NOW,
  notBefore: null,
  deadlineAt: NOW + 1,
  callbackUrl: null,
  metadata: '{"a":1}',
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  producer: "erp",
  requestId: "r-1",
};

const entry = anEntry({ status: "confirmed", evidence: anEvidence({ note: "n" }), receipt: { workId: "1" } });
const STATES: readonly DeliveryState[] = [
  aState(),
  aState({ status: "confirming", knowledge: "unknown", waits: 3, waitCause: "busy", generation: 2 }),
  aState({ status: "confirmed", finishedAt: NOW, recipients: [entry], receipt: { workId: "1" } }),
  aState({ status: "dead", reason: "rejected", finishedAt: NOW, detail: "no" }),
  aState({ status: "discarded", reason: "rejected", finishedAt: NOW, discardedAt: NOW + 5 }),
];

const stored = (state: DeliveryState) => ({
  request: encodeRequest(REQUEST),
  state: encodeState(state, REQUEST),
  version: 7,
});

describe("a record", () => {
  it.each(STATES)("that is $status is read as it was written", (state) => {
    expect(decodeDelivery(WHERE, stored(state))).toEqual({ request: REQUEST, state, version: 7 });
  });

  it("of the present format is read, whether it says so or not", () => {
    const { state } = stored(aState());
    const says = state.replace("{", '{"format":1,');

    expect(decodeDelivery(WHERE, { ...stored(aState()), state: says })?.state).toEqual(aState());
  });

  it.each([
    "{",
    "[]",
    "null",
    "{}",
    '{"status":"sent","knowledge":"notSent","recipients":[],"nextAt":1}',
    '{"status":"queued","knowledge":"notSent","recipients":[]}',
    '{"status":"queued","knowledge":"maybe","recipients":[],"nextAt":1}',
    '{"status":"queued","knowledge":"notSent","recipients":[{"id":1,"status":"waiting"}],"nextAt":1}',
    '{"status":"queued","knowledge":"notSent","recipients":{},"nextAt":1}',
    '{"status":"queued","knowledge":"notSent","recipients":[],"nextAt":1e999}',
    '{"status":"dead","knowledge":"notSent","recipients":[],"finishedAt":1}',
    '{"status":"queued","knowledge":"notSent","recipients":[],"nextAt":1,"receipt":{"workId":1}}',
    '{"status":"queued","knowledge":"notSent","recipients":[],"nextAt":1,"waitCause":"weather"}',
    '{"format":2,"status":"queued","knowledge":"notSent","recipients":[],"nextAt":1}',
  ])("whose state is %s cannot be read", (state) => {
    expect(decodeDelivery(WHERE, { ...stored(aState()), state })).toBeNull();
  });

  it("leaves out fields that it does not know, and those of another status", () => {
    const state = JSON.stringify({ ...JSON.parse(stored(aState()).state), colour: "red", finishedAt: 3 });

    expect(decodeDelivery(WHERE, { ...stored(aState()), state })?.state).toEqual(aState());
  });

  it("includes receipts that came late; one that cannot be read counts as known", () => {
    const late = {
      at: NOW,
      targets: ["ann"],
      receipt: { workId: "9" },
      recipientReceipts: {},
      evidence: null,
    };

    const read = decodeDelivery(WHERE, { ...stored(aState()), late: `${JSON.stringify(late)}\n{}` });

    expect(read).toMatchObject({ lateReceipts: 2, state: { receipt: { workId: "9" } } });
  });
});
