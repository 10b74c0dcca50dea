/**
 * Replays a dead letter: the same delivery again, one generation later, with a deadline of its own.
 *
 *   dead ─► confirming   something may have been sent: it is checked first, and sent only after proven absence
 *        ─► retrying     what was sent is settled, the others are sent to for the first time
 *        ─► queued       nothing ever left
 *
 * Pure. Invariant: no recipient that may have it becomes `waiting` here, and proven recipients stay proven.
 */
import type { Decision } from "./decision.ts";
import { isOutstanding, openLedger, type LedgerEntry } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import type { Policy } from "./policy.ts";
import type { DeliveryState } from "./record.ts";
import type { Actor, TimelineEntry } from "./timeline.ts";

/** A replay with another payload: whom it addresses, and which fields have changed. */
export interface Edit {
  readonly recipients: readonly string[];
  readonly changed: readonly string[];
}

export interface ReplayContext {
  readonly actor: Actor;
  readonly policy: Policy;
  readonly now: number;
  readonly edit: Edit | null;
}

/** @throws for a delivery that has not ended: such a call is a bug */
export function replay(state: DeliveryState, { actor, policy, now, edit }: ReplayContext): Decision {
  const addressed = edit === null ? state.recipients : readdress(state.recipients, edit.recipients);
  const { finishedAt: diedAt } = state;
  if (diedAt === undefined) throw new Error(`a ${state.status} delivery cannot be replayed`);
  const recipients = addressed.map((entry) => onceMore(entry, { policy, times: { diedAt, now } }));
  const generation = state.generation + 1;
  return {
    state: move(state, {
      changed: {
        detail: null,
        recipients,
        checkRound: 0,
        waits: 0,
        waitCause: null,
        interruptions: 0,
        generation,
      },
      standing: { status: statusOf(state, recipients), nextAt: now },
    }),
    entries: storyOf(actor, { generation, edit, now }),
  };
}

function statusOf(
  { sends, knowledge }: DeliveryState,
  recipients: readonly LedgerEntry[],
): "queued" | "retrying" | "confirming" {
  if (recipients.some(isOutstanding)) return "confirming";
  return sends === 0 && knowledge === "notSent" ? "queued" : "retrying";
}

/** The ledger for an edited payload: proven recipients stay on it, whomever the edit addresses. */
function readdress(known: readonly LedgerEntry[], addressed: readonly string[]): LedgerEntry[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  const proven = known.filter(({ id, status }) => status === "confirmed" && !addressed.includes(id));
  return [...proven, ...openLedger(addressed).map((entry) => byId.get(entry.id) ?? entry)];
}

/** Sent, and neither proven nor refused. One that was proven absent may have appeared since. */
export function mayHaveArrived(entry: LedgerEntry): boolean {
  return (
    isOutstanding(entry) ||
    entry.status === "unproven" ||
    (entry.status === "waiting" && entry.sends > 0) ||
    // A repeat was refused. The send before it was believed absent, and may still appear.
    (entry.status === "rejected" && entry.sends > 1)
  );
}

interface Times {
  readonly diedAt: number;
  readonly now: number;
}

function onceMore(
  entry: LedgerEntry,
  { policy, times }: { readonly policy: Policy; readonly times: Times },
): LedgerEntry {
  switch (entry.status) {
    case "confirmed":
      return entry;
    case "waiting":
      if (mayHaveArrived(entry)) return verified(entry, { policy, times });
      return { ...entry, absences: 0, askedAt: null };
    case "rejected":
      if (mayHaveArrived(entry)) return verified(entry, { policy, times });
      // The platform refused it, so it is not there; somebody has mended the cause.
      return { ...entry, status: "waiting", sends: 0, absences: 0, askedAt: null, at: null, detail: null };
    case "accepted":
    case "unknown":
    case "unproven":
      return verified(entry, { policy, times });
  }
}

function verified(
  entry: LedgerEntry,
  { policy, times: { diedAt, now } }: { readonly policy: Policy; readonly times: Times },
): LedgerEntry {
  return {
    ...entry,
    status: entry.status === "accepted" ? "accepted" : "unknown",
    // The send that is checked counts as the first of the new budget, if that leaves at least one more.
    sends: Math.min(1, policy.maxSends - 1),
    // Channels look for it by the time of its send; the visibility lag restarts.
    sentAt: entry.sentAt ?? diedAt,
    lagFrom: now,
    absences: 0,
    askedAt: null,
    at: null,
    detail: null,
  };
}

function storyOf(
  actor: Actor,
  {
    generation,
    edit,
    now,
  }: { readonly generation: number; readonly edit: Edit | null; readonly now: number },
): TimelineEntry[] {
  const { by } = actor;
  const note = actor.note === null ? {} : { note: actor.note };
  const replayed: TimelineEntry = { at: now, event: "replayed", by, generation, ...note };
  if (edit === null) return [replayed];
  return [{ at: now, event: "edited", by, changed: edit.changed, ...note }, replayed];
}
