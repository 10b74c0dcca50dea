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
import type { Policy } from "../delivery/policy.ts";
import { type Delivery, familyOf } from "../delivery/record.ts";
import type { Wakeup } from "../operations/ports.ts";
import type { Deliveries, Replicated, Runtime } from "./ports.ts";
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
  /** Null where no replica is waited for. */
  readonly replicated: Replicated | null;
  /** Called when no worker could be woken. Each worker looks by itself within a second. */
  readonly onRingFailed: (error: unknown) => void;
  readonly runtime: Runtime;
  /** The inputs that this worker has parsed for sends, kept for their first checks. */
  readonly inputs: RecentInputs;
  readonly rooms: RoomsForChecks;
  /** Access to the one quarantine slot that all accounts of this process share. */
  readonly suspects: { readonly sends: SuspectLooks; readonly checks: SuspectLooks };
  /** Tells this worker's loop of checks that a check falls due in `delayMs`. */
  readonly nudge: (delayMs: number) => void;
  /** Tells this worker's loop of sends that a send falls due in `delayMs`. */
  readonly nudgeSends: (delayMs: number) => void;
}

/** The families of operations of these channels. Each family has its own due list and rate. */
export function familiesOf(channels: readonly Channel[]): string[] {
  const operations = channels.flatMap((channel) => Object.keys(channel.operations));
  return [...new Set(operations.map(familyOf))];
}

/** A delivery's payload, parsed; null when it no longer matches this operation. */
export function inputOf(payload: string | null, { spec }: Operation): { readonly input: unknown } | null {
  const parsed = parsePayload(spec.input, readAccepted(payload));
  return parsed.success ? { input: parsed.data } : null;
}

/** The context for a decision about this delivery. */
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
