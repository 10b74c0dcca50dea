import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../src/delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../src/delivery/outcome.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { RESTORABLE_MS, restore } from "../../../src/delivery/restore.ts";
import { askedAbout, seenBy, verify, type Verifying } from "../../../src/delivery/verify.ts";
import { anEntry, anEvidence, aState, NOW } from "../../support/builders.ts";

const DIED_AT = NOW - 60_000;
const ACTOR = { by: "zhang", note: "looked" };

function dead(...recipients: LedgerEntry[]): DeliveryState {
  const reason = "unproven";
  return aState({ status: "dead", reason, detail: "…", finishedAt: DIED_AT, sends: 1, recipients });
}

const unproven = (id: string): LedgerEntry =>
  anEntry({ id, status: "unproven", sends: 1, sentAt: DIED_AT - 1 });
const proven = (recipient: string, note?: string): RecipientCheck => ({
  kind: "proven",
  recipient,
  evidence: anEvidence(note === undefined ? {} : { note }),
});
const told = (...recipients: RecipientCheck[]): CheckOutcome => ({
  recipients,
  calls: 1,
  retryAfterMs: null,
});

function verified(state: DeliveryState, outcome: CheckOutcome, change: Partial<Verifying> = {}) {
  return verify(state, outcome, { actor: ACTOR, now: NOW, found: null, takesAltered: false, ...change });
}

describe("a dead letter that is verified", () => {
  it("is confirmed, as a generation of its own, when all are proven", () => {
    const decision = verified(dead(unproven("ann")), told(proven("ann")));

    expect(decision?.state).toMatchObject({
      status: "confirmed",
      generation: 2,
      finishedAt: NOW,
      detail: null,
    });
    expect(decision?.entries.map(({ event }) => event)).toEqual(["verified", "confirmed"]);
  });

  it("stays dead when it is not found, and nothing of it may be sent for that", () => {
    const before = dead(unproven("ann"));
    const decision = verified(before, told({ kind: "absent", recipient: "ann" }));

    expect(decision?.state.status).toBe("dead");
    expect(decision?.state.recipients).toEqual(before.recipients);
    expect(decision?.entries).toMatchObject([{ event: "verified", by: "zhang", there: 0, absent: 1 }]);
  });

  it("keeps who is proven when another one is not", () => {
    const decision = verified(dead(unproven("ann"), unproven("bob")), told(proven("ann")));

    expect(decision?.state.recipients.map(({ status }) => status)).toEqual(["confirmed", "unproven"]);
    expect(decision?.state).toMatchObject({ status: "dead", reason: "unproven", finishedAt: DIED_AT });
  });

  it("is partial when the rest was refused", () => {
    const refused = anEntry({ id: "bob", status: "rejected", sends: 1 });
    const decision = verified(dead(unproven("ann"), refused), told(proven("ann")));

    expect(decision?.state).toMatchObject({ status: "dead", reason: "partial" });
  });

  it("by an id that a person found, is not taken for it when it shows other values", () => {
    const outcome = told(proven("ann", "listed with other values than were sent"));
    const found = { workId: "5b33" };

    expect(verified(dead(unproven("ann")), outcome, { found })?.state).toMatchObject({
      status: "dead",
      receipt: null,
    });
    expect(verified(dead(unproven("ann")), outcome, { found, takesAltered: true })?.state).toMatchObject({
      status: "confirmed",
      receipt: found,
    });
  });

  it("says in its evidence who named the id", () => {
    const decision = verified(dead(unproven("ann")), told(proven("ann")), { found: { workId: "5b33" } });

    expect(decision?.state.recipients[0]?.evidence?.note).toBe("its id was named by zhang");
  });

  it("is nothing for what is not dead", () => {
    expect(verified(aState(), told(proven("ann")))).toBeNull();
  });
});

it("only who may have it is asked about; with an id that was found, everybody who is not proven", () => {
  const refused = anEntry({ id: "bob", status: "rejected", sends: 1 });
  const state = dead(unproven("ann"), refused, anEntry({ id: "cat", status: "confirmed", sends: 1 }));

  expect(askedAbout(state, NOW, false).map(({ id, status }) => [id, status])).toEqual([["ann", "unknown"]]);
  expect(askedAbout(state, NOW, true).map(({ id, status }) => [id, status])).toEqual([
    ["ann", "accepted"],
    ["bob", "accepted"],
  ]);
});

it("who was not asked for want of a budget is unknown, and it is said", () => {
  const seen = seenBy(told(), [unproven("ann")]);

  expect(seen).toMatchObject([{ recipient: "ann", seen: "unknown" }]);
  expect(seen[0]?.detail).toContain("limits");
});

describe("a discard that is taken back", () => {
  const discarded = aState({
    status: "discarded",
    reason: "rejected",
    finishedAt: DIED_AT,
    discardedAt: NOW,
    recipients: [unproven("ann")],
  });

  it("is dead as before", () => {
    const restored = restore(discarded, ACTOR, NOW + RESTORABLE_MS);

    expect(restored).toMatchObject({
      kind: "restored",
      decision: { state: { status: "dead", reason: "rejected", finishedAt: DIED_AT } },
    });
  });

  it("is too late after a day, and nothing for what is not discarded", () => {
    expect(restore(discarded, ACTOR, NOW + RESTORABLE_MS + 1).kind).toBe("tooLate");
    expect(restore(dead(unproven("ann")), ACTOR, NOW).kind).toBe("notDiscarded");
  });
});
