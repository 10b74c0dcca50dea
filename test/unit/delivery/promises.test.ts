/**
 * Random histories of one delivery (fast-check): whatever the platform answers, the promises hold.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAfterCheck, decideAtDeadline } from "../../../src/delivery/decide-check.ts";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import { nextStep, type Decision } from "../../../src/delivery/decision.ts";
import { checkTargets, openLedger, sendTargets } from "../../../src/delivery/ledger.ts";
import type { CheckKind, RecipientCheck, SendOutcome } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import type { DeliveryState } from "../../../src/delivery/record.ts";
import { aContext, anEvidence, aState, NOW } from "../../support/builders.ts";

const PEOPLE = ["ann", "bob", "cai"];

const sendOutcome: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.constant<SendOutcome>({ kind: "accepted" }),
  fc.constant<SendOutcome>({ kind: "accepted", refused: [{ recipient: "bob", code: "501", text: "" }] }),
  fc.constant<SendOutcome>({ kind: "confirmed", evidence: anEvidence({ kind: "reply" }) }),
  fc.constantFrom<SendOutcome>(
    { kind: "unknown", cause: "timeout", detail: "" },
    { kind: "unknown", cause: "interrupted", detail: "" },
  ),
  fc.constant<SendOutcome>({ kind: "unreachable", detail: "" }),
  fc.constant<SendOutcome>({ kind: "throttled", retryAfterMs: 3_600_000, detail: "" }),
  fc.constant<SendOutcome>({ kind: "busy", retryAfterMs: null, detail: "" }),
  fc.constantFrom<SendOutcome>(
    { kind: "unauthorized", detail: "" },
    { kind: "unauthorized", detail: "", refusal: null },
    { kind: "unauthorized", detail: "", refusal: { code: "401", text: "" } },
  ),
  fc.constant<SendOutcome>({ kind: "invalid", detail: "" }),
  fc.constant<SendOutcome>({ kind: "rejected", code: "1", text: "" }),
);

/** `acted`: a question that is the same call again, and whose answer was lost. */
type Check = CheckKind | "acted";

const checkKind = fc.constantFrom<Check>(
  "proven",
  "pending",
  "absent",
  "absent",
  "absent",
  "inconclusive",
  "refused",
  "unobservable",
  "acted",
);

function asCheck(kind: Check, recipient: string): RecipientCheck {
  switch (kind) {
    case "proven":
      return { kind, recipient, evidence: anEvidence() };
    case "absent":
      return { kind, recipient };
    case "acted":
      return { kind: "inconclusive", recipient, detail: "", mayHaveActed: true };
    case "pending":
    case "inconclusive":
    case "refused":
    case "contradicted":
    case "repeatable":
    case "unobservable":
      return { kind, recipient, detail: "" };
  }
}

interface Step {
  readonly before: DeliveryState;
  readonly after: DeliveryState;
  readonly kind: "send" | "check" | "deadline";
  readonly targets: readonly string[];
  readonly at: number;
}

/** Lives a delivery through, taking the platform's answers from the two lists, until it ends. */
function live(
  people: number,
  sends: readonly SendOutcome[],
  checks: readonly Check[],
  oneByOne = false,
): Step[] {
  const deadlineAt = NOW + DEFAULT_POLICY.deadlineMs;
  const steps: Step[] = [];
  let state = aState({ recipients: openLedger(PEOPLE.slice(0, people)) });
  let now = NOW;
  for (let turn = 0; turn < 5_000; turn += 1) {
    const step = nextStep(state);
    if (step.kind === "end") return steps;
    now = Math.max(now, step.at);
    const context = aContext({ now, deadlineAt, jitter: (turn % 10) / 10, oneByOne });
    const targets = sendTargets(state.recipients, oneByOne ? 1 : 100);
    let decision: Decision;
    let kind: Step["kind"] = step.kind;
    if (step.kind === "send" && now >= deadlineAt) {
      kind = "deadline";
      decision = decideAtDeadline(state, { context }) ?? { state, entries: [] };
    } else if (step.kind === "send") {
      decision = decideAfterSend(state, {
        targets,
        outcome: sends[turn % sends.length] ?? { kind: "accepted" },
        context,
      });
    } else {
      const recipients = checkTargets(state.recipients).map(({ id }, index) =>
        asCheck(checks[(turn + index) % checks.length] ?? "absent", id),
      );
      decision = decideAfterCheck(state, {
        outcome: { recipients, calls: recipients.length, retryAfterMs: null },
        context,
      });
    }
    steps.push({ before: state, after: decision.state, kind, targets, at: now });
    state = decision.state;
  }
  throw new Error("this delivery never ended");
}

/** No request could be made: nothing left. */
function isNoRequest(before: DeliveryState, after: DeliveryState): boolean {
  const isRefusedHere = after.recipients.some(
    ({ detail }, index) =>
      detail?.startsWith("invalid") === true && before.recipients[index]?.status === "waiting",
  );
  return after.reason === "invalid" || isRefusedHere;
}

const history = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.array(sendOutcome, { minLength: 1, maxLength: 12 }),
  fc.array(checkKind, { minLength: 1, maxLength: 12 }),
  fc.boolean(),
);

describe("whatever a platform answers", () => {
  it("every path ends, at the latest at the deadline, or one lag after what was sent last", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        const last = live(people, sends, checks, oneByOne).at(-1);

        expect(last?.after.finishedAt).toBeDefined();
        expect(last?.at).toBeLessThanOrEqual(
          NOW + DEFAULT_POLICY.deadlineMs + DEFAULT_POLICY.visibilityLagMs,
        );
      }),
    );
  });

  it("ends although the checks of several recipients may act in turn, each before the other's lag is over", () => {
    const sends: SendOutcome[] = [{ kind: "accepted" }, { kind: "unauthorized", detail: "" }];
    const last = live(3, sends, ["inconclusive", "acted", "acted", "absent"]).at(-1);

    expect(last?.after.status).toBe("dead");
    expect(last?.at).toBeLessThanOrEqual(
      NOW + DEFAULT_POLICY.deadlineMs + 2 * DEFAULT_POLICY.visibilityLagMs,
    );
  });

  it("what was sent ends without proof only when the lag of its latest send is over", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        const last = live(people, sends, checks, oneByOne).at(-1);
        if (last?.after.status !== "dead") return;
        for (const { status, sends: sent, sentAt } of last.after.recipients) {
          const mayBeUnderWay = sent > 0 && status !== "confirmed" && status !== "rejected";
          if (!mayBeUnderWay) continue;
          expect(last.at - (sentAt ?? last.at)).toBeGreaterThanOrEqual(DEFAULT_POLICY.visibilityLagMs);
        }
      }),
    );
  });

  it("what may have left once is never said not to have left", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        for (const { before, after } of live(people, sends, checks, oneByOne)) {
          if (before.knowledge !== "notSent") expect(after.knowledge).not.toBe("notSent");
        }
      }),
    );
  });

  it("no send reaches a recipient whose last send is not proven absent", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        const open = new Map<string, { absences: number; sentAt: number }>();
        for (const { kind, before, after, targets, at } of live(people, sends, checks, oneByOne)) {
          if (kind === "check") {
            for (const entry of after.recipients) {
              const asked = open.get(entry.id);
              if (asked !== undefined && entry.askedAt === at && entry.absences > 0)
                asked.absences = entry.absences;
            }
            continue;
          }
          if (kind === "deadline" || after.sends === before.sends) continue;
          for (const id of targets) {
            const earlier = open.get(id);
            if (earlier !== undefined) {
              expect(earlier.absences).toBeGreaterThanOrEqual(DEFAULT_POLICY.absenceProofs);
              expect(at - earlier.sentAt).toBeGreaterThanOrEqual(DEFAULT_POLICY.visibilityLagMs);
            }
            open.set(id, { absences: 0, sentAt: at });
          }
        }
      }),
    );
  });

  it("never calls a delivery confirmed without evidence for each recipient", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        const last = live(people, sends, checks, oneByOne).at(-1)?.after;
        if (last?.status !== "confirmed") return;

        expect(last.recipients.every(({ evidence }) => evidence !== null)).toBe(true);
      }),
    );
  });

  it("counts only attempts that were made", () => {
    fc.assert(
      fc.property(history, ([people, sends, checks, oneByOne]) => {
        for (const { before, after, kind } of live(people, sends, checks, oneByOne)) {
          const spent = after.sends - before.sends;
          const wasTried = kind === "send" && after.waitCause === null && !isNoRequest(before, after);
          expect(spent).toBe(wasTried ? 1 : 0);
          expect(after.recipients.every((entry) => entry.sends <= DEFAULT_POLICY.maxSends)).toBe(true);
        }
      }),
    );
  });
});
