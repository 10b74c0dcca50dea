/**
 * Ends a delivery whose account has left the configuration. Pure.
 *
 * Nothing can be sent and nothing asked: there are no credentials. What was sent may have arrived, and nobody
 * can find out; the dead letter says so. The outcome of a send that was leased is not known: it becomes
 * `unknown`, so that a replay verifies before it sends.
 */
import type { Actor } from "./timeline.ts";
import { decideAfterSend } from "./decide-send.ts";
import { die, type Decision } from "./decision.ts";
import type { Policy } from "./policy.ts";
import type { DeliveryState } from "./record.ts";

interface Unconfigured {
  /** Who retired the account; null where the deadline ends the delivery. */
  readonly retired: Actor | null;
  readonly isBeingSent: boolean;
}

export function endUnconfigured(
  before: DeliveryState,
  {
    unconfigured: { retired, isBeingSent },
    context: { policy, now },
  }: {
    readonly unconfigured: Unconfigured;
    readonly context: { readonly policy: Policy; readonly now: number };
  },
): Decision {
  const { state, entries } = isBeingSent ? takeOver(before, { policy, now }) : { state: before, entries: [] };
  return die(state, {
    reason: "unconfigured",
    detail: `${why(retired)}; ${what(state)}`,
    entries,
    context: { now },
  });
}

function takeOver(
  state: DeliveryState,
  { policy, now }: { readonly policy: Policy; readonly now: number },
): Decision {
  const open = state.recipients.filter(({ status }) => status === "waiting").map(({ id }) => id);
  if (open.length === 0) return { state, entries: [] };
  const detail = "the worker that sent it has not said what came of it";
  const context = { policy, now, jitter: 0, deadlineAt: now, oneByOne: false };
  return decideAfterSend(state, {
    targets: open,
    outcome: { kind: "unknown", cause: "interrupted", detail },
    context,
  });
}

function why(retired: Actor | null): string {
  if (retired === null) return "its account has left the configuration, and its deadline passed";
  const { by, note } = retired;
  return `its account has left the configuration, and ${by} retired it${note === null ? "" : `: ${note}`}`;
}

function what({ knowledge }: DeliveryState): string {
  return knowledge === "notSent"
    ? "it was never sent"
    : "what was sent may have arrived, and nobody could ask";
}
