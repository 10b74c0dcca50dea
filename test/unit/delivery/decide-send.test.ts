import { describe, expect, it } from "vitest";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import type { SendOutcome } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import { openLedger } from "../../../src/delivery/ledger.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { aContext, anEntry, anEvidence, aState, NOW } from "../../support/builders.ts";

const OUTCOMES = {
  accepted: { kind: "accepted" },
  confirmed: { kind: "confirmed", evidence: anEvidence({ kind: "reply" }) },
  unknown: { kind: "unknown", cause: "timeout", detail: "no answer in time" },
  interrupted: { kind: "unknown", cause: "interrupted", detail: "a worker died" },
  unreachable: { kind: "unreachable", detail: "no connection" },
  throttled: { kind: "throttled", retryAfterMs: 7_000, detail: "HTTP 429" },
  busy: { kind: "busy", retryAfterMs: null, detail: "202" },
  unauthorized: { kind: "unauthorized", detail: "HTTP 401" },
  rejected: { kind: "rejected", code: "505", text: "all bad" },
} satisfies Record<string, SendOutcome>;

const STATES: Record<string, DeliveryState> = {
  "never sent": aState(),
  "waiting for a free retry": aState({ waits: 3, waitCause: "unreachable", nextAt: NOW }),
  "sent once and proven absent": aState({
    status: "retrying",
    knowledge: "unknown",
    sends: 1,
    recipients: [anEntry({ sends: 1, sentAt: NOW - 90_000, absences: 3 })],
  }),
};

// [outcome] -> [status, knowledge, recipient, sends added]
const TABLE: [
  keyof typeof OUTCOMES,
  DeliveryState["status"] | "unchanged",
  DeliveryState["knowledge"],
  string,
  number,
][] = [
  ["accepted", "confirming", "accepted", "accepted", 1],
  ["confirmed", "confirmed", "accepted", "confirmed", 1],
  ["unknown", "confirming", "unknown", "unknown", 1],
  ["interrupted", "confirming", "unknown", "unknown", 1],
  ["unreachable", "unchanged", "notSent", "waiting", 0],
  ["throttled", "unchanged", "notSent", "waiting", 0],
  ["busy", "unchanged", "notSent", "waiting", 0],
  ["unauthorized", "unchanged", "notSent", "waiting", 0],
  ["rejected", "dead", "notSent", "rejected", 1],
];

describe("every outcome of a send in every state", () => {
  for (const [stateName, state] of Object.entries(STATES)) {
    for (const [outcomeName, status, knowledge, recipient, sends] of TABLE) {
      it(`${outcomeName} when ${stateName}: ${status}, recipient ${recipient}, ${sends} sends spent`, () => {
        const { state: next } = decideAfterSend(state, {
          targets: ["ann"],
          outcome: OUTCOMES[outcomeName],
          context: aContext(),
        });

        expect(next.status).toBe(status === "unchanged" ? state.status : status);
        // What may once have arrived is never again called not sent.
        expect(next.knowledge).toBe(knowledge === "notSent" ? state.knowledge : knowledge);
        expect(next.recipients[0]?.status).toBe(recipient);
        expect(next.sends - state.sends).toBe(sends);
        expect(next.finishedAt === undefined).toBe(status !== "confirmed" && status !== "dead");
        expect(next.nextAt === undefined).toBe(next.finishedAt !== undefined);
      });
    }
  }
});

describe("waiting", () => {
  it("waits as long as the platform asks", () => {
    const { state } = decideAfterSend(aState(), {
      targets: ["ann"],
      outcome: OUTCOMES.throttled,
      context: aContext(),
    });

    expect(state.nextAt).toBe(NOW + 7_000);
  });

  it("never waits past the deadline, whatever the platform asks", () => {
    const outcome: SendOutcome = {
      kind: "throttled",
      retryAfterMs: 10 * DEFAULT_POLICY.deadlineMs,
      detail: "",
    };

    const { state } = decideAfterSend(aState(), { targets: ["ann"], outcome, context: aContext() });

    expect(state.nextAt).toBe(NOW + DEFAULT_POLICY.deadlineMs - DEFAULT_POLICY.lastCheckLeadMs);
  });

  it("does not ask sooner about a lost answer that says when to come back", () => {
    const lost: SendOutcome = {
      kind: "unknown",
      cause: "serverError",
      detail: "HTTP 503",
      retryAfterMs: 60_000,
    };

    const { state } = decideAfterSend(aState(), { targets: ["ann"], outcome: lost, context: aContext() });

    expect(state).toMatchObject({
      status: "confirming",
      knowledge: "unknown",
      sends: 1,
      nextAt: NOW + 60_000,
    });
  });

  it("keeps what may have arrived when a repetition is refused or does not leave", () => {
    const state = aState({
      status: "retrying",
      knowledge: "unknown",
      sends: 1,
      recipients: [anEntry({ sends: 1, sentAt: NOW - 90_000, absences: 3 })],
    });

    for (const outcome of Object.values(OUTCOMES)) {
      expect(
        decideAfterSend(state, { targets: ["ann"], outcome, context: aContext() }).state.knowledge,
      ).not.toBe("notSent");
    }
  });

  it("ends at the deadline at the latest, also from near it", () => {
    const outcome: SendOutcome = { kind: "throttled", retryAfterMs: 900_000, detail: "" };
    const near = aContext({ deadlineAt: NOW + 5_000 });

    expect(decideAfterSend(aState(), { targets: ["ann"], outcome, context: near }).state.nextAt).toBe(
      NOW + 5_000,
    );
  });

  it("is noted once per cause, not a hundred times", () => {
    const first = decideAfterSend(aState(), {
      targets: ["ann"],
      outcome: OUTCOMES.unreachable,
      context: aContext(),
    });
    const second = decideAfterSend(first.state, {
      targets: ["ann"],
      outcome: OUTCOMES.unreachable,
      context: aContext(),
    });

    expect(first.entries).toHaveLength(1);
    expect(second.entries).toHaveLength(0);
  });
});

describe("recipients", () => {
  it("lets the others go on when the platform refuses some", () => {
    const state = aState({ recipients: openLedger(["ann", "bob"]) });
    const refused = [{ recipient: "bob", code: "501", text: "not known" }];

    const { state: next } = decideAfterSend(state, {
      targets: ["ann", "bob"],
      outcome: { kind: "accepted", refused },
      context: aContext(),
    });

    expect(next.recipients.map(({ status }) => status)).toEqual(["accepted", "rejected"]);
    expect(next.status).toBe("confirming");
  });

  it("ends as partial, naming both, when some are proven and others refused", () => {
    const state = aState({ recipients: openLedger(["ann", "bob"]) });
    const outcome: SendOutcome = {
      kind: "confirmed",
      evidence: anEvidence({ kind: "reply" }),
      refused: [{ recipient: "bob", code: "501", text: "not known" }],
    };

    const { state: next } = decideAfterSend(state, { targets: ["ann", "bob"], outcome, context: aContext() });

    expect(next.reason).toBe("partial");
    expect(next.detail).toContain("ann");
    expect(next.detail).toContain("bob");
  });

  it("sends to the next one only when the one before is settled, where calls are one by one", () => {
    const state = aState({ recipients: openLedger(["ann", "bob"]) });

    const proven = decideAfterSend(state, {
      targets: ["ann"],
      outcome: OUTCOMES.confirmed,
      context: aContext({ oneByOne: true }),
    });
    const lost = decideAfterSend(state, {
      targets: ["ann"],
      outcome: OUTCOMES.unknown,
      context: aContext({ oneByOne: true }),
    });

    expect(proven.state.status).toBe("retrying");
    expect(lost.state.status).toBe("confirming");
  });
});

describe("a send that is refused as if by its credentials, while those are taken otherwise", () => {
  const refusal = { code: "HTTP 403", text: "this text is not wanted" };
  const refused = (state: DeliveryState, outcome: Partial<SendOutcome> = {}): DeliveryState => {
    const told = { kind: "unauthorized", detail: "HTTP 403", refusal, ...outcome } as SendOutcome;
    return decideAfterSend(state, { targets: ["ann"], outcome: told, context: aContext() }).state;
  };

  it("is refused for good in the third round, and not before", () => {
    const [first, second] = [refused(aState()), refused(refused(aState()))];

    expect(first).toMatchObject({ status: "queued", waitCause: "unauthorized", sends: 0 });
    expect(second).toMatchObject({ status: "queued", waits: 2 });
    expect(refused(second)).toMatchObject({ status: "dead", reason: "rejected", sends: 1 });
  });

  it("waits on where the credentials were refused otherwise too", () => {
    const twice = refused(refused(aState()));

    expect(refused(twice, { refusal: null })).toMatchObject({ status: "queued", waits: 3 });
  });

  it("waits on where something else came between", () => {
    const other: SendOutcome = { kind: "unreachable", detail: "no route" };
    const between = decideAfterSend(refused(refused(aState())), {
      targets: ["ann"],
      outcome: other,
      context: aContext(),
    }).state;

    expect(refused(between)).toMatchObject({ status: "queued", waitCause: "unauthorized" });
  });
});
