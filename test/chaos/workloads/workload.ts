/**
 * A workload: what producers order on one platform, and how the platform's ledger shows it. Each platform has
 * one.
 */
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import type { Dice } from "../dice.ts";
import type { PlatformCallEntry, SandboxLedger } from "../sandbox.ts";

export interface Workload {
  readonly name: string;
  /** Orders about one entity, in the order in which they must reach the platform. */
  lane(name: string, dice: Dice): readonly EnqueueInput[];
  /** What the platform did for one recipient of an order. */
  effect(order: EnqueueInput, recipient: string, ledger: SandboxLedger): Effect;
  /** How many calls of a lane came too early, for platforms whose ledger hides that. */
  tooEarly?(lane: string, ledger: SandboxLedger): number;
}

export interface Effect {
  /** Each time that the platform did it, with its sequence number in the sandbox. */
  readonly deeds: readonly { readonly seq: number; readonly at: number }[];
  /** When a check can first see it; null if none ever can. */
  readonly visibleAt: number | null;
  /** Whether the platform's state is as ordered, whoever caused it. */
  readonly isSo: boolean;
  /**
   * Whether the platform answered this call with success without acting. Where the reply is the only evidence,
   * it is believed.
   */
  readonly wasToldSo: boolean;
}

/** Whether the platform answered one of these calls with a false success. */
export function gaveFalseSuccess(calls: readonly PlatformCallEntry[], endpoint: string): boolean {
  const falseSuccesses = ["not-stored", "member-lookup-failed"];
  return calls.some((call) => call.endpoint === endpoint && falseSuccesses.includes(call.fault ?? ""));
}

export function namesOf(lane: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${lane}-p${index}`);
}
