import { expect, it } from "vitest";
import { openLedger } from "../../../src/delivery/ledger.ts";
import { newState, type Delivery } from "../../../src/delivery/record.ts";
import { MOST_BYTES, RecentRecords, shareOfRecords } from "../../../src/storage/recent-records.ts";

function delivery(id: string, recipients: number, metadata: string | null = null): Delivery {
  const people = Array.from({ length: recipients }, (_, at) => `person-${at}`);
  return {
    request: {
      id,
      account: "yzj",
      operation: "todo.create",
      key: null,
      lane: null,
      priority: 0,
      createdAt: 1,
      notBefore: null,
      deadlineAt: 2,
      callbackUrl: null,
      metadata,
      traceparent: null,
      producer: null,
      requestId: null,
    },
    state: newState(openLedger(people), 1),
    version: 3,
  };
}

it("finds a record that was saved here, in the same version alone", () => {
  const recent = new RecentRecords();
  const saved = delivery("a", 1);
  recent.remember(saved);

  expect(recent.find("a", 3)).toBe(saved);
  expect(recent.find("a", 4)).toBeNull();
  recent.forget("a");
  expect(recent.find("a", 3)).toBeNull();
  expect(recent.bytes).toBe(0);
});

it("stays within its bytes, however many recipients and however much metadata records have", () => {
  const recent = new RecentRecords();
  for (let at = 0; at < 3_000; at += 1) {
    recent.remember(delivery(String(at), 100, "m".repeat(8_000)));
    expect(recent.bytes).toBeLessThanOrEqual(MOST_BYTES);
  }

  expect(recent.find("2999", 3)).not.toBeNull();
  expect(recent.find("0", 3)).toBeNull();
});

it("forgets the oldest first, and counts a record once however often it is saved", () => {
  const recent = new RecentRecords(5_000);
  for (let again = 0; again < 10; again += 1) recent.remember(delivery("a", 1));
  recent.remember(delivery("b", 1));
  recent.remember(delivery("c", 1));
  recent.remember(delivery("a", 1));

  expect(["a", "b", "c"].map((id) => recent.find(id, 3) !== null)).toEqual([true, true, true]);
  for (const id of ["d", "e", "f"]) recent.remember(delivery(id, 1));
  expect(recent.find("b", 3)).toBeNull();
  expect(recent.find("f", 3)).not.toBeNull();
});

it("keeps none that is larger than the whole limit", () => {
  const recent = new RecentRecords(5_000);
  recent.remember(delivery("a", 1));
  recent.remember(delivery("huge", 100));

  expect(recent.find("huge", 3)).toBeNull();
  expect(recent.bytes).toBe(0);
});

it("all accounts of a process together take a bounded number of bytes", () => {
  expect([0, 1, 4].map(shareOfRecords)).toEqual([MOST_BYTES, MOST_BYTES, MOST_BYTES]);
  expect(100 * shareOfRecords(100)).toBeLessThanOrEqual(4 * MOST_BYTES);
});
