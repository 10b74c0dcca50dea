import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAfterCheck } from "../../../src/delivery/decide-check.ts";
import { endsAt, type Decision } from "../../../src/delivery/decision.ts";
import type { RecipientCheck } from "../../../src/delivery/outcome.ts";
import { RECIPIENT_STATUSES, sendTargets, type LedgerEntry } from "../../../src/delivery/ledger.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { replay, type ReplayContext } from "../../../src/delivery/replay.ts";
import { aContext, aPolicy, aState, anEntry, NOW, type StateOverrides } from "../../support/builders.ts";

const DIED_AT = NOW - 60_000;

function context(overrides: Partial<ReplayContext> = {}): ReplayContext {
  return { actor: { by: "ops", note: null }, policy: DEFAULT_POLICY, now: NOW, edit: null, ...overrides };
}

function dead(recipients: readonly LedgerEntry[], overrides: StateOverrides = {}): DeliveryState {
  const sends = recipients.some((entry) => entry.sends > 0) ? 1 : 0;
  return aState({
    status: "dead",
    reason: "unproven",
    detail: "…",
    finishedAt: DIED_AT,
    interruptions: 3,
    checkRound: 7,
    sends,
    recipients,
    ...overrides,
  });
}

describe("a recipient in a replay", () => {
  const rows: [LedgerEntry["status"], Partial<LedgerEntry>][] = [
    ["confirmed", { status: "confirmed", sends: 5 }],
    // A repetition was refused: what was sent before it is looked for first.
    ["rejected", { status: "unknown", absences: 0, detail: null, at: null }],
    // Its absence was proven while it lived: it is proven again before it is sent again.
    ["waiting", { status: "unknown", absences: 0, askedAt: null }],
    ["accepted", { status: "accepted", absences: 0, askedAt: null }],
    ["unknown", { status: "unknown", absences: 0, askedAt: null }],
    ["unproven", { status: "unknown", absences: 0, askedAt: null, at: null }],
  ];

  it.each(rows)("%s", (status, expected) => {
    const entry = anEntry({
      status,
      sends: 5,
      absences: 2,
      askedAt: DIED_AT,
      sentAt: DIED_AT - 1,
      at: DIED_AT,
    });

    const { state } = replay(dead([entry]), context());

    expect(state.recipients[0]).toMatchObject(expected);
  });

  it("that was refused at its first send is sent to at once: nothing of it is there", () => {
    const { state } = replay(dead([anEntry({ status: "rejected", sends: 1, detail: "no" })]), context());

    expect(state.recipients[0]).toMatchObject({ status: "waiting", sends: 0, detail: null });
  });

  it("has its sends before it again, the one that is asked about among them", () => {
    const entry = anEntry({ status: "unproven", sends: 5 });
    const sendsOf = (maxSends: number): number | undefined =>
      replay(dead([entry]), context({ policy: aPolicy({ maxSends }) })).state.recipients[0]?.sends;

    expect(sendsOf(5)).toBe(1);
    expect(sendsOf(1)).toBe(0);
  });

  it("counts the lag of what was sent without a date from the death", () => {
    const { state } = replay(dead([anEntry({ status: "unproven", sends: 1 })]), context());

    expect(state.recipients[0]?.sentAt).toBe(DIED_AT);
  });
});

describe("what may have arrived and is replayed", () => {
  const lag = DEFAULT_POLICY.visibilityLagMs;
  const long = anEntry({ status: "unproven", sends: 1, absences: 9, sentAt: DIED_AT - 10 * lag });

  function askedAbout(state: DeliveryState, now: number): Decision {
    const recipients: RecipientCheck[] = [{ kind: "absent", recipient: "ann" }];
    return decideAfterCheck(state, {
      outcome: { recipients, calls: 1, retryAfterMs: null },
      context: aContext({ now }),
    });
  }

  it("is not sent again before the lag of the replay is over, however often it is absent", () => {
    let { state } = replay(dead([long]), context());

    for (let i = 0; i < 10; i += 1) ({ state } = askedAbout(state, NOW + lag - 10 + i));
    expect(state.status).toBe("confirming");

    expect(askedAbout(state, NOW + lag).state.status).toBe("retrying");
  });

  it("keeps the time of its send, by which a channel looks for it", () => {
    const { state } = replay(dead([long]), context());

    expect(state.recipients[0]).toMatchObject({ sentAt: long.sentAt, lagFrom: NOW });
  });

  it("ends no sooner than one lag after its replay", () => {
    const { state } = replay(dead([long]), context());
    const times = { deadlineAt: NOW + 1, policy: DEFAULT_POLICY };

    expect(endsAt(state.recipients, times)).toBe(NOW + lag);
  });
});

describe("where a replay goes on", () => {
  const rows: [string, LedgerEntry[], DeliveryState["status"]][] = [
    ["nothing ever left: queued", [anEntry()], "queued"],
    ["refused: sent again", [anEntry({ status: "rejected", sends: 1 })], "retrying"],
    ["absent while it lived: asked about first", [anEntry({ status: "waiting", sends: 1 })], "confirming"],
    ["may have arrived: asked about first", [anEntry({ status: "unproven", sends: 1 })], "confirming"],
    [
      "some refused, some may have arrived: asked about first",
      [anEntry({ status: "rejected", sends: 1 }), anEntry({ id: "bob", status: "unknown", sends: 1 })],
      "confirming",
    ],
    [
      "some proven, some refused: the refused are sent to",
      [anEntry({ status: "confirmed", sends: 1 }), anEntry({ id: "bob", status: "rejected", sends: 1 })],
      "retrying",
    ],
  ];

  it.each(rows)("%s", (_name, recipients, status) => {
    const { state, entries } = replay(dead(recipients), context());

    expect(state).toMatchObject({
      status,
      detail: null,
      nextAt: NOW,
      generation: 2,
      interruptions: 0,
      checkRound: 0,
    });
    expect(entries).toEqual([{ at: NOW, event: "replayed", by: "ops", generation: 2 }]);
  });
});

describe("an edit", () => {
  it("keeps recipients that are proven, adds new ones, and drops those no longer addressed", () => {
    const recipients = [
      anEntry({ id: "ann", status: "confirmed", sends: 1 }),
      anEntry({ id: "bob", status: "rejected", sends: 1 }),
    ];

    const edit = { recipients: ["carl"], changed: ["/params/1/openId"] };
    const { state, entries } = replay(dead(recipients), context({ edit }));

    expect(state.recipients.map(({ id, status }) => [id, status])).toEqual([
      ["ann", "confirmed"],
      ["carl", "waiting"],
    ]);
    expect(entries).toMatchObject([
      { event: "edited", changed: ["/params/1/openId"] },
      { event: "replayed", generation: 2 },
    ]);
  });
});

it.each([
  ["mended", { note: "mended" }],
  [null, {}],
])("a replay is in the timeline with who ordered it, and why: %s", (note, noted) => {
  const { entries } = replay(dead([anEntry()]), context({ actor: { by: "lin", note } }));

  expect(entries).toEqual([{ at: NOW, event: "replayed", by: "lin", generation: 2, ...noted }]);
});

it("what has not ended is not replayed", () => {
  expect(() => replay(aState(), context())).toThrow("a queued delivery cannot be replayed");
});

describe("always", () => {
  const ledger = fc.uniqueArray(
    fc.record({ id: fc.string(), status: fc.constantFrom(...RECIPIENT_STATUSES), sends: fc.nat(5) }),
    { minLength: 1, selector: ({ id }) => id },
  );

  it("sends to no recipient who may have it", () => {
    fc.assert(
      fc.property(ledger, (entries) => {
        const recipients = entries.map((entry) => anEntry(entry));
        const mayHaveIt = new Set(
          recipients
            .filter(({ status, sends }) => status !== "rejected" && (status !== "waiting" || sends > 0))
            .map(({ id }) => id),
        );

        const { state } = replay(dead(recipients), context());

        expect(sendTargets(state.recipients, Infinity).filter((id) => mayHaveIt.has(id))).toEqual([]);
      }),
    );
  });
});
