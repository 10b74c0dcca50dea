import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../../../src/delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../src/delivery/outcome.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { RESTORABLE_MS, restore } from "../../../src/delivery/restore.ts";
import { askedAbout, seenBy, verify, type DeadState, type Verifying } from "../../../src/delivery/verify.ts";
import { anEntry, anEvidence, aState, NOW } from "../../support/builders.ts";

const DIED_AT = NOW - 60_000;
const ACTOR = { by: "zhang", note: "looked" };

function dead(...recipients: LedgerEntry[]): DeadState {
  const reason = "unproven";
  return aState({
    status: "dead",
    reason,
    detail: "…",
    finishedAt: DIED_AT,
    sends: 1,
    recipients,
  }) as DeadState;
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
  return verify(state, {
    outcome,
    verifying: { actor: ACTOR, now: NOW, found: null, takesAltered: false, ...change },
  });
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

  it("keeps what the channel has noted: two checks may prove what one does not", () => {
    const looked: RecipientCheck = { kind: "pending", recipient: "ann", detail: "once more", memo: "gone 1" };
    const decision = verified(dead(unproven("ann")), told(looked));

    expect(decision?.state).toMatchObject({ status: "dead", detail: "…", recipients: [{ memo: "gone 1" }] });
  });

  it("stays dead when it is not found, and may not be sent because of that", () => {
    const before = dead(unproven("ann"));
    const decision = verified(before, told({ kind: "absent", recipient: "ann" }));

    expect(decision?.state.status).toBe("dead");
    expect(decision?.state.recipients).toEqual(before.recipients);
    expect(decision?.entries).toMatchObject([{ event: "verified", by: "zhang", there: 0, absent: 1 }]);
  });

  it.each([
    ["looked", { note: "looked" }],
    [null, {}],
  ])("says in its timeline who asked, and why: %s", (note, noted) => {
    const actor = { by: "zhang", note };
    const decision = verified(dead(unproven("ann")), told(), { actor });

    expect(decision?.entries).toEqual([
      { at: NOW, event: "verified", by: "zhang", there: 0, absent: 0, ...noted },
    ]);
  });

  it("keeps the ids that the platform showed of each recipient, beside those that are known", () => {
    const shown = { ...proven("ann"), receipt: { taskUuid: "u-1" } };
    const before = { ...unproven("ann"), receipt: { workId: "w-1" } };

    expect(verified(dead(before), told(shown))?.state.recipients[0]?.receipt).toEqual({
      workId: "w-1",
      taskUuid: "u-1",
    });
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

  it("by an id that a person found is not confirmed when the object has other values", () => {
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

  it("is refused for what is not dead", () => {
    expect(verified(aState(), told(proven("ann")))).toBeNull();
  });
});

it("only recipients who may have it are asked about; with an id that was found, all who are not proven", () => {
  const refused = anEntry({ id: "bob", status: "rejected", sends: 1 });
  const state = dead(unproven("ann"), refused, anEntry({ id: "cat", status: "confirmed", sends: 1 }));

  expect(askedAbout(state, false).map(({ id, status }) => [id, status])).toEqual([["ann", "unknown"]]);
  expect(askedAbout(state, true).map(({ id, status }) => [id, status])).toEqual([
    ["ann", "accepted"],
    ["bob", "accepted"],
  ]);
});

it("a recipient with an unknown time of sending is looked for by the time of the end", () => {
  const state = dead({ ...unproven("ann"), sentAt: null });

  expect(askedAbout(state, false)).toMatchObject([{ id: "ann", sentAt: DIED_AT }]);
});

it.each<[string, RecipientCheck, string, string | null]>([
  ["proof", proven("ann"), "there", null],
  ["proof with a remark", proven("ann", "listed"), "there", "listed"],
  ["absence", { kind: "absent", recipient: "ann" }, "absent", null],
  ["what is on its way", { kind: "pending", recipient: "ann", detail: "soon" }, "pending", "soon"],
  ["another state", { kind: "contradicted", recipient: "ann", detail: "done" }, "contradicted", "done"],
  ["no answer", { kind: "inconclusive", recipient: "ann", detail: "HTTP 500" }, "unknown", "HTTP 500"],
  ["a refusal", { kind: "refused", recipient: "ann", detail: "BUSY" }, "unknown", "BUSY"],
  ["what may be repeated", { kind: "repeatable", recipient: "ann", detail: "again" }, "unknown", "again"],
  ["what nobody can see", { kind: "unobservable", recipient: "ann", detail: "none" }, "unknown", "none"],
])("%s is shown as what it means", (_, check, seen, detail) => {
  expect(seenBy(told(check), [unproven("ann")])).toEqual([{ recipient: "ann", seen, detail }]);
});

it("a recipient that was not asked about for want of a budget is unknown, and the answer says so", () => {
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

  it.each([
    ["by mistake", { note: "by mistake" }],
    [null, {}],
  ])("is in the timeline with who did it, and why: %s", (note, noted) => {
    expect(restore(discarded, { actor: { by: "lin", note }, now: NOW })).toMatchObject({
      decision: { entries: [{ at: NOW, event: "restored", by: "lin", ...noted }] },
    });
  });

  it("is dead as before", () => {
    const restored = restore(discarded, { actor: ACTOR, now: NOW + RESTORABLE_MS });

    expect(restored).toMatchObject({
      kind: "restored",
      decision: { state: { status: "dead", reason: "rejected", finishedAt: DIED_AT } },
    });
  });

  it("is refused after a day, and for what is not discarded", () => {
    expect(restore(discarded, { actor: ACTOR, now: NOW + RESTORABLE_MS + 1 }).kind).toBe("tooLate");
    expect(restore(dead(unproven("ann")), { actor: ACTOR, now: NOW }).kind).toBe("notDiscarded");
  });
});
