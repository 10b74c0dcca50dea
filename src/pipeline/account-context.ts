/**
 * Everything that one account's deliveries run on: its channels, limits, records and policy.
 */
import type { Operation } from "../platforms/operation.ts";
import type { Account } from "../account/account.ts";
import type { CallMonitor } from "../account/calls.ts";
import type { Channel, OperationSpec } from "../platforms/channel.ts";
import { parsePayload } from "../platforms/parse-payload.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import type { DecisionContext } from "../delivery/decision.ts";
import { familyOf } from "../delivery/family.ts";
import type { Policy } from "../delivery/policy.ts";
import type { Delivery } from "../delivery/record.ts";
import type { Deliveries, Replicated, Runtime, Wakeup } from "./ports.ts";
import type { RoomsForChecks } from "./rooms-for-checks.ts";
import type { RecentInputs } from "./recent-inputs.ts";
import type { SuspectLooks } from "./quarantine-slot.ts";

export interface AccountContext {
  readonly account: Account;
  readonly calls: CallMonitor;
  readonly channels: readonly Channel[];
  /** For every family of them, the microseconds between two sends: `[family, µs, …]`; 0 for no limit. */
  readonly sendIntervalsUs: readonly (string | number)[];
  readonly policy: Policy;
  readonly onDeadHead: "hold" | "skip";
  readonly deliveries: Deliveries;
  readonly wakeup: Wakeup;
  /** Null where nobody is waited for. */
  readonly replicated: Replicated | null;
  /** No worker could be woken: each looks by itself within a second. */
  readonly onRingFailed: (error: unknown) => void;
  readonly runtime: Runtime;
  /** What was parsed to be sent, for its first check. */
  readonly inputs: RecentInputs;
  readonly rooms: RoomsForChecks;
  /** The ways to the one slot that all accounts of this process share. */
  readonly suspects: { readonly sends: SuspectLooks; readonly checks: SuspectLooks };
  /** Tells this worker's clock that a check falls due in `delayMs`. */
  readonly nudge: (delayMs: number) => void;
  /** Tells this worker that something falls due to be sent in `delayMs`. */
  readonly nudgeSends: (delayMs: number) => void;
}

/** The families of operations that channels have: each has a due list and a rate of its own. */
export function familiesOf(channels: readonly Channel[]): string[] {
  const operations = channels.flatMap((channel) => Object.keys(channel.operations));
  return [...new Set(operations.map(familyOf))];
}

/** A delivery's payload, parsed; null when it no longer matches this operation. */
export function inputOf(payload: string | null, { spec }: Operation): { readonly input: unknown } | null {
  const parsed = parsePayload(spec.input, readAccepted(payload));
  return parsed.success ? { input: parsed.data } : null;
}

/** What a decision about this delivery is made with. */
export function decisionContext(
  { policy, runtime }: AccountContext,
  {
    delivery: { request },
    spec,
    now,
  }: { readonly delivery: Delivery; readonly spec: OperationSpec<unknown> | null; readonly now: number },
): DecisionContext {
  return {
    policy,
    now,
    jitter: runtime.random(),
    deadlineAt: request.deadlineAt,
    oneByOne: spec?.recipientsPerSend === 1,
    resendsTogether: spec?.resendsTogether === true,
    asksTogether: spec?.asksTogether === true,
  };
}
