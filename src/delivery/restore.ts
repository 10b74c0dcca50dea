/**
 * Restores a dead letter that was discarded by mistake, within a day of the discard. Pure.
 *
 * It no longer holds its lane: what waited behind it has gone on, and its replay joins the end of the lane.
 */
import type { Actor } from "./timeline.ts";
import type { Decision } from "./decision.ts";
import { move } from "./lifecycle.ts";
import type { DeliveryState } from "./record.ts";

export const RESTORABLE_MS = 24 * 3_600_000;

type Restoring =
  | { readonly kind: "restored"; readonly decision: Decision }
  | { readonly kind: "notDiscarded" }
  | { readonly kind: "tooLate" };

export function restore(
  state: DeliveryState,
  { actor: { by, note }, now }: { readonly actor: Actor; readonly now: number },
): Restoring {
  if (state.status !== "discarded") return { kind: "notDiscarded" };
  const { reason, finishedAt, discardedAt } = state;
  if (now > discardedAt + RESTORABLE_MS) return { kind: "tooLate" };
  return {
    kind: "restored",
    decision: {
      state: move(state, { changed: {}, standing: { status: "dead", reason, finishedAt } }),
      entries: [{ at: now, event: "restored", by, ...(note === null ? {} : { note }) }],
    },
  };
}
