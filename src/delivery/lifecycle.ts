/**
 * The states of a delivery, and the only place that decides what may follow what.
 *
 *   queued ◄──► (sending) ──► confirming ──► confirmed
 *     │            │  ▲          │  ▲
 *     │            ▼  │          │  └────────────── a receipt that came late
 *     │          retrying ◄──────┘ proven absent, or the next recipient
 *     │            │             │
 *     ├─► cancelled│             │
 *     └────────────┴──► dead ◄───┘      dead ─► queued | retrying | confirming   (replay)
 *                                       dead ─► discarded ─► the same            (replay, restore)
 *                                       dead ─► confirmed                        (a person verified it)
 *
 * `sending` is no stored state: a send is leased, and until the lease is saved, handed back or taken over the
 * record stays as it was. A state may follow itself: after a wait, or an inconclusive check.
 */
import { knowledgeOf } from "./ledger.ts";
import type { DeliveryState, Knowledge, Progress, Standing, Status } from "./record.ts";

/** What may follow each state, beside itself. */
export const MAY_FOLLOW: Readonly<Record<Status, readonly Status[]>> = {
  queued: ["retrying", "confirming", "confirmed", "dead", "cancelled"],
  retrying: ["confirming", "confirmed", "dead"],
  confirming: ["retrying", "confirmed", "dead"],
  confirmed: [],
  dead: ["queued", "retrying", "confirming", "confirmed", "discarded"],
  discarded: ["queued", "retrying", "confirming", "dead"],
  cancelled: [],
};

export function mayFollow(from: Status, to: Status): boolean {
  return from === to || MAY_FOLLOW[from].includes(to);
}

/**
 * Moves a delivery on: `changed` replaces parts of its progress, `standing` its status and the time that
 * belongs to it.
 *
 * Invariants: the table above holds; knowledge never falls back to `notSent`, not even when every recipient
 * that may have had it is proven absent; fields that only the former status had are dropped.
 *
 * @throws when the table does not allow it: a decision that does so is a bug
 */
export function move(
  state: DeliveryState,
  { changed, standing }: { readonly changed: Partial<Progress>; readonly standing: Standing },
): DeliveryState {
  if (!mayFollow(state.status, standing.status))
    throw new Error(`a ${state.status} delivery cannot become ${standing.status}`);
  // Field by field: a copy that leaves fields out costs the engine several times as much.
  const {
    detail = state.detail,
    recipients = state.recipients,
    receipt = state.receipt,
    sends = state.sends,
    checks = state.checks,
    checkRound = state.checkRound,
    waits = state.waits,
    waitCause = state.waitCause,
    interruptions = state.interruptions,
    generation = state.generation,
    acceptedAt = state.acceptedAt,
  } = changed;
  const progress: Progress = {
    knowledge: keptKnowledge(state.knowledge, knowledgeOf(recipients)),
    detail,
    recipients,
    receipt,
    sends,
    checks,
    checkRound,
    waits,
    waitCause,
    interruptions,
    generation,
    acceptedAt,
  };
  return { ...progress, ...standing };
}

function keptKnowledge(known: Knowledge, told: Knowledge): Knowledge {
  return told === "notSent" ? known : told;
}
