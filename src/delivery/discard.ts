/**
 * Discards a dead letter: a person has decided that nobody will deliver it. Pure.
 */
import type { Actor } from "./timeline.ts";
import type { Decision } from "./decision.ts";
import { move } from "./lifecycle.ts";
import type { DeliveryState } from "./record.ts";

/** Null unless it is a dead letter. */
export function discard(
  state: DeliveryState,
  { actor: { by, note }, now }: { readonly actor: Actor; readonly now: number },
): Decision | null {
  if (state.status !== "dead") return null;
  const { reason, finishedAt } = state;
  return {
    state: move(state, {
      changed: {},
      standing: { status: "discarded", reason, finishedAt, discardedAt: now },
    }),
    entries: [{ at: now, event: "discarded", by, ...(note === null ? {} : { note }) }],
  };
}
