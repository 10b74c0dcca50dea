import { describe, expect, it } from "vitest";
import {
  decideAfterCheck,
  decideAtDeadline,
  NOTHING_IN_ITS_WAY,
  type InItsWay,
} from "../../../src/delivery/decide-check.ts";
import type { DecisionContext } from "../../../src/delivery/decision.ts";
import { sendTargets, type LedgerEntry } from "../../../src/delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { aContext, anEntry, anEvidence, aState, confirming, NOW } from "../../support/builders.ts";

const LAG = DEFAULT_POLICY.visibilityLagMs;

function checked(check: RecipientCheck, retryAfterMs: number | null = null): CheckOutcome {
  return { recipients: [check], calls: 1, retryAfterMs };
}

const proven: RecipientCheck = { kind: "proven", recipient: "ann", evidence: anEvidence() };
const pending: RecipientCheck = { kind: "pending", recipient: "ann", detail: "on its way" };
const absent: RecipientCheck = { kind: "absent", recipient: "ann" };
const inconclusive: RecipientCheck = { kind: "inconclusive", recipient: "ann", detail: "HTTP 500" };
const refused: RecipientCheck = { kind: "refused", recipient: "ann", detail: "SYSTEM_BUSY" };
const contradicted: RecipientCheck = { kind: "contradicted", recipient: "ann", detail: "it is done" };
const unobservable: RecipientCheck = { kind: "unobservable", recipient: "ann", detail: "nobody can see" };

describe("a lost send that a repeat of it has made good", () => {
  const repeated: RecipientCheck = { ...proven, evidence: anEvidence({ kind: "reply" }) };
  const nothing: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: null };
  const held = decideAfterCheck(confirming("unknown"), {
    outcome: checked(repeated),
    context: aContext({ now: NOW + 2_000 }),
  }).state;

  it("ends, and its lane moves on, only when the lost one can arrive no more", () => {
    expect(held).toMatchObject({
      status: "confirming",
      nextAt: NOW + LAG,
      recipients: [{ status: "confirmed", evidence: { kind: "reply" } }],
    });
    const early = decideAfterCheck(held, { outcome: nothing, context: aContext({ now: NOW + LAG - 1 }) });
    const late = decideAfterCheck(held, { outcome: nothing, context: aContext({ now: NOW + LAG }) });
    expect([early.state.status, late.state.status]).toEqual(["confirming", "confirmed"]);
  });

  it("ends at once if that lag is over", () => {
    const after = decideAfterCheck(confirming("unknown"), {
      outcome: checked(repeated),
      context: aContext({ now: NOW + LAG }),
    });
    expect(after.state.status).toBe("confirmed");
  });

  it("is confirmed also where its deadline comes before that", () => {
    const deadlineAt = NOW + 10_000;
    const before = decideAtDeadline(held, { context: aContext({ now: deadlineAt, deadlineAt }) });
    const after = decideAtDeadline(held, { context: aContext({ now: NOW + LAG, deadlineAt }) });
    expect(before).toBeNull();
    expect(after?.state.status).toBe("confirmed");
  });
});

describe.each(["accepted", "unknown"] as const)("every outcome of a check after an %s send", (knowledge) => {
  const rows: [RecipientCheck, string, string][] = [
    [proven, "confirmed", "confirmed"],
    [pending, "confirming", knowledge],
    [absent, "confirming", knowledge],
    [inconclusive, "confirming", knowledge],
    [refused, "confirming", knowledge],
    [contradicted, "dead", "rejected"],
    // It may still be under way: it ends when its lag is over.
    [unobservable, "confirming", knowledge],
  ];

  it.each(rows)("$kind", (check, status, recipient) => {
    const { state } = decideAfterCheck(confirming(knowledge), {
      outcome: checked(check),
      context: aContext(),
    });

    expect(state.status).toBe(status);
    expect(state.recipients[0]?.status).toBe(recipient);
    expect(state.checks).toBe(1);
    expect(state.sends).toBe(1);
  });
});

describe("a question that is refused", () => {
  const after = (state: DeliveryState, ms: number): DeliveryState =>
    decideAfterCheck(state, { outcome: checked(refused), context: aContext({ now: NOW + ms }) }).state;

  it("is asked again for the visibility lag, from its first refusal, however late that comes", () => {
    const first = after(confirming("unknown"), 10 * LAG);
    const early = after(first, 11 * LAG - 1);

    expect(early.status).toBe("confirming");
    expect(after(early, 11 * LAG)).toMatchObject({
      status: "dead",
      reason: "unproven",
      recipients: [{ status: "unproven", detail: "SYSTEM_BUSY" }],
    });
  });

  it("is a refusal for good where what was sent cannot take effect any more", () => {
    const forGood = checked({ ...refused, isFinal: true });
    const first = decideAfterCheck(confirming("unknown"), { outcome: forGood, context: aContext() }).state;

    expect(
      decideAfterCheck(first, { outcome: forGood, context: aContext({ now: NOW + LAG }) }).state,
    ).toMatchObject({
      status: "dead",
      reason: "rejected",
    });
  });

  it("changes nothing for one who is proven meanwhile", () => {
    const first = after(confirming("unknown"), 0);

    expect(
      decideAfterCheck(first, { outcome: checked(proven), context: aContext({ now: NOW + LAG }) }).state
        .status,
    ).toBe("confirmed");
  });
});

describe("absence", () => {
  const after = (ms: number, changes: Partial<DecisionContext> = {}) =>
    aContext({ now: NOW + ms, ...changes });

  it("allows a resend only after enough negatives, the last later than the visibility lag", () => {
    const twice = confirming("unknown", { absences: 2 });

    const early = decideAfterCheck(twice, { outcome: checked(absent), context: after(LAG - 1) });
    const late = decideAfterCheck(twice, { outcome: checked(absent), context: after(LAG) });

    expect(early.state.status).toBe("confirming");
    expect(late.state.status).toBe("retrying");
    expect(late.state.recipients[0]?.status).toBe("waiting");
  });

  it("does not count what is inconclusive", () => {
    const twice = confirming("unknown", { absences: 2 });

    const { state } = decideAfterCheck(twice, { outcome: checked(inconclusive), context: after(2 * LAG) });

    expect(state.recipients[0]).toMatchObject({ status: "unknown", absences: 2 });
  });

  it("is counted from the beginning when the platform shows that it is on its way", () => {
    const twice = confirming("unknown", { absences: 2 });

    const { state } = decideAfterCheck(twice, { outcome: checked(pending), context: after(2 * LAG) });

    expect(state.recipients[0]?.absences).toBe(0);
  });

  it.each([
    ["at once after the first send", 1, 0],
    ["one lag later after the second", 2, LAG],
    ["six lags later after the third", 3, 6 * LAG],
    ["36 lags later after the fourth", 4, 36 * LAG],
  ])("sends again %s, so that few sends outlast a platform that stores nothing", (_when, sends, pauseMs) => {
    const { state } = decideAfterCheck(confirming("accepted", { absences: 2, sends }), {
      outcome: checked(absent),
      context: after(LAG, { jitter: 0.5 }),
    });

    expect(state).toMatchObject({ status: "retrying", nextAt: NOW + LAG + pauseMs });
  });

  it("sends again early enough to be proven before the deadline", () => {
    const fourth = confirming("accepted", { absences: 2, sends: 4 });
    const deadlineAt = NOW + 20 * LAG;

    const soon = decideAfterCheck(fourth, {
      outcome: checked(absent),
      context: after(LAG, { deadlineAt }),
    }).state;
    const late = decideAfterCheck(fourth, {
      outcome: checked(absent),
      context: after(15 * LAG, { deadlineAt }),
    }).state;

    expect([soon.nextAt, late.nextAt]).toEqual([NOW + 10 * LAG, NOW + 15 * LAG]);
  });

  it("sends at once to a recipient who has a send of its own and lost only one", () => {
    const recipients = [
      anEntry({ id: "ann", status: "waiting", sends: 3 }),
      anEntry({ id: "bob", status: "unknown", sends: 1, sentAt: NOW, absences: 2 }),
    ];
    const state = aState({ status: "confirming", knowledge: "unknown", sends: 4, recipients });
    const outcome = checked({ ...absent, recipient: "bob" });

    const apart = decideAfterCheck(state, { outcome, context: after(LAG, { oneByOne: true }) }).state;
    const together = decideAfterCheck(state, { outcome, context: after(LAG, { jitter: 0.5 }) }).state;

    expect([apart.nextAt, together.nextAt]).toEqual([NOW + LAG, NOW + 7 * LAG]);
  });

  it("ends as unproven after the last send that is allowed", () => {
    const last = confirming("accepted", { absences: 2, sends: DEFAULT_POLICY.maxSends });

    const { state } = decideAfterCheck(last, { outcome: checked(absent), context: after(LAG) });

    expect(state).toMatchObject({ status: "dead", reason: "unproven" });
  });

  it("ends as poison when its workers died repeatedly", () => {
    const deadly = { ...confirming("unknown", { absences: 2 }), interruptions: 3 };

    const { state } = decideAfterCheck(deadly, { outcome: checked(absent), context: after(LAG) });

    expect(state).toMatchObject({ status: "dead", reason: "poison" });
  });

  it("asks again at the moment at which a negative would complete the proof", () => {
    const once = { ...confirming("unknown", { absences: 1 }), checkRound: 6 };

    const { state } = decideAfterCheck(once, { outcome: checked(absent), context: after(1_000) });

    expect(state.nextAt).toBe(NOW + LAG);
  });

  it("sends again to the absent recipient only", () => {
    const recipients = [
      anEntry({ id: "ann", status: "unknown", sends: 1, sentAt: NOW, absences: 2 }),
      anEntry({ id: "bob", status: "unknown", sends: 1, sentAt: NOW }),
    ];
    const state = aState({ status: "confirming", knowledge: "unknown", sends: 1, recipients });
    const outcome: CheckOutcome = {
      recipients: [absent, { ...proven, recipient: "bob" }],
      calls: 2,
      retryAfterMs: null,
    };

    const { state: next } = decideAfterCheck(state, { outcome, context: after(LAG) });

    expect(next.recipients.map(({ id, status }) => [id, status])).toEqual([
      ["ann", "waiting"],
      ["bob", "confirmed"],
    ]);
    expect(next.status).toBe("retrying");
  });
});

describe("time", () => {
  it("asks again when the platform's limit allows it", () => {
    const outcome: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: 42_000 };

    const { state } = decideAfterCheck(confirming("accepted"), { outcome, context: aContext() });

    expect(state.nextAt).toBe(NOW + 42_000);
  });

  it("brings the last check forward, so that its answer comes before the deadline", () => {
    const deadlineAt = NOW + 3 * 60_000;
    const late = { ...confirming("accepted"), checkRound: 8 };

    const { state } = decideAfterCheck(late, {
      outcome: checked(pending),
      context: aContext({ deadlineAt }),
    });

    expect(state.nextAt).toBe(deadlineAt - DEFAULT_POLICY.lastCheckLeadMs);
  });

  it("ends at the deadline with what is known", () => {
    const context = aContext({ now: NOW + DEFAULT_POLICY.visibilityLagMs, deadlineAt: NOW });

    const { state } = decideAfterCheck(confirming("accepted"), { outcome: checked(pending), context });

    expect(state).toMatchObject({ status: "dead", reason: "unproven" });
  });
});

const HEAD = { id: "d-head", status: "dead" };

describe("at the deadline of a delivery that is not being verified", () => {
  const rows: [string, DeliveryState, InItsWay, string, string][] = [
    ["never sent", aState(), NOTHING_IN_ITS_WAY, "expired", "it never had its turn"],
    ["in a paused account", aState(), { gate: "paused", head: null }, "expired", "paused"],
    ["behind an open breaker", aState(), { gate: "open", head: null }, "expired", "breaker"],
    ["refused credentials", aState({ waitCause: "unauthorized" }), NOTHING_IN_ITS_WAY, "unauthorized", ""],
    ["behind its lane's head", aState(), { gate: null, head: HEAD }, "blocked", "d-head"],
    [
      "sent and proven absent",
      aState({ sends: 1, recipients: [anEntry({ sends: 1 })] }),
      NOTHING_IN_ITS_WAY,
      "unproven",
      "",
    ],
  ];

  it.each(rows)("%s: dead, and says what it waited for", (_name, state, inItsWay, reason, words) => {
    const next = decideAtDeadline(state, { context: aContext(), inItsWay })?.state;

    expect(next).toMatchObject({ status: "dead", reason });
    expect(next?.detail).toContain(words);
  });

  it("asks once more about what was sent", () => {
    const state = aState({ ...confirming("unknown"), status: "retrying" });

    expect(decideAtDeadline(state, { context: aContext() })?.state.status).toBe("confirming");
  });
});

describe("at the deadline of a delivery that is being verified", () => {
  const sentNow = confirming("unknown");
  const { visibilityLagMs, lastCheckLeadMs } = DEFAULT_POLICY;
  const at = (ms: number): DecisionContext => aContext({ now: NOW + ms, deadlineAt: NOW });

  it("waits until the platform has had the time to show what was sent last", () => {
    expect(
      decideAtDeadline(sentNow, { context: at(visibilityLagMs - 1), inItsWay: { gate: "open", head: null } }),
    ).toBeNull();
    expect(
      decideAtDeadline(sentNow, { context: at(visibilityLagMs), inItsWay: { gate: "open", head: null } })
        ?.state,
    ).toMatchObject({
      status: "dead",
      reason: "unproven",
    });
  });

  it("leaves the last check the time to be made where the gate is open", () => {
    expect(decideAtDeadline(sentNow, { context: at(visibilityLagMs + lastCheckLeadMs - 1) })).toBeNull();
    expect(decideAtDeadline(sentNow, { context: at(visibilityLagMs + lastCheckLeadMs) })?.state.status).toBe(
      "dead",
    );
  });
});

describe("recipients of a lost create, of whom not all can be asked about at once", () => {
  const lost = (id: string, absences: number): LedgerEntry =>
    anEntry({ id, status: "unknown", sends: 1, sentAt: NOW, absences });
  const annIsAbsent = (others: LedgerEntry[], overrides: Partial<DecisionContext> = {}): DeliveryState => {
    const state = { ...confirming("unknown"), recipients: [lost("ann", 2), ...others] };
    const context = aContext({ now: NOW + LAG, resendsTogether: true, ...overrides });
    return decideAfterCheck(state, { outcome: checked(absent), context }).state;
  };

  it("wait for each other, and are sent to together", () => {
    const first = annIsAbsent([lost("bob", 2)]);
    const bob: RecipientCheck = { kind: "absent", recipient: "bob" };
    const context = aContext({ now: NOW + 2 * LAG, resendsTogether: true });
    const { state } = decideAfterCheck(first, { outcome: checked(bob), context });

    expect(first.status).toBe("confirming");
    expect(state.status).toBe("retrying");
    expect(sendTargets(state.recipients, 100)).toEqual(["ann", "bob"]);
  });

  it("wait no longer once somebody has it", () => {
    const confirmed = anEntry({ id: "cid", status: "confirmed", evidence: anEvidence() });

    expect(annIsAbsent([lost("bob", 0), confirmed]).status).toBe("retrying");
  });

  it("do not wait for ever for one about whom the platform says nothing definite", () => {
    expect(annIsAbsent([lost("bob", 0)], { now: NOW + 60 * LAG }).status).toBe("retrying");
    expect(annIsAbsent([lost("bob", 0)], { deadlineAt: NOW + 11 * LAG }).status).toBe("retrying");
  });

  it("are not sent to past the deadline while another is asked about for the last time", () => {
    const ann = anEntry({ id: "ann", status: "waiting", sends: 1, sentAt: NOW, absences: 3 });
    const bob = anEntry({ id: "bob", status: "accepted", sends: 1, sentAt: NOW + LAG });
    const before = { ...confirming("unknown"), recipients: [ann, bob] };
    const now = NOW + LAG + 5_000;
    const nobody = { recipients: [], calls: 0, retryAfterMs: 20_000 };
    const { state } = decideAfterCheck(before, {
      outcome: nobody,
      context: aContext({ now, deadlineAt: NOW + LAG }),
    });

    expect(state).toMatchObject({ status: "confirming", nextAt: expect.any(Number) });
    expect(state.nextAt).toBeGreaterThan(now);
  });

  it("do not wait where the platform's order does not matter", () => {
    expect(annIsAbsent([lost("bob", 0)], { resendsTogether: false }).status).toBe("retrying");
  });
});

describe("a round that asks some of many", () => {
  const ids = ["ann", "bob", "eve"];
  const recipients = ids.map((id) => anEntry({ id, status: "accepted", sends: 1, sentAt: NOW }));
  const many = aState({ status: "confirming", knowledge: "accepted", sends: 1, recipients });

  it("advances the schedule by their share, so that the platform's limit lengthens no pause", () => {
    const after = ids.reduce(
      (state, recipient) =>
        decideAfterCheck(state, { outcome: checked({ ...pending, recipient }), context: aContext() }).state,
      many,
    );
    const whole = {
      recipients: ids.map((recipient) => ({ ...pending, recipient })),
      calls: 3,
      retryAfterMs: null,
    };

    expect(after.checkRound).toBeCloseTo(
      decideAfterCheck(many, { outcome: whole, context: aContext() }).state.checkRound,
    );
  });
});
