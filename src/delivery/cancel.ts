/**
 * Cancels a delivery of which nothing has been sent yet. Pure.
 *
 * Once a send has begun nobody can take it back: the platform may have it, and a producer who reads
 * `cancelled` must be able to believe that nobody will ever see it.
 */
import type { Decision } from "./decision.ts";
import { move } from "./lifecycle.ts";
import type { DeliveryState } from "./record.ts";
import type { Actor } from "./timeline.ts";

type Cancelling = { readonly kind: "cancelled"; readonly decision: Decision } | { readonly kind: "tooLate" };

export function cancel(
  state: DeliveryState,
  { actor: { by, note }, now }: { readonly actor: Actor; readonly now: number },
): Cancelling {
  if (state.status !== "queued" || state.sends > 0 || state.knowledge !== "notSent")
    return { kind: "tooLate" };
  const detail = `cancelled by ${by}`;
  return {
    kind: "cancelled",
    decision: {
      state: move(state, { changed: { detail }, standing: { status: "cancelled", finishedAt: now } }),
      entries: [{ at: now, event: "cancelled", by, ...(note === null ? {} : { note }) }],
    },
  };
}
