/**
 * A workload: what producers of one kind order, and how the platform's ledger shows it.
 * One more platform is one more of these.
 */
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import type { Dice } from "../dice.ts";
import type { PlatformCallEntry, SandboxLedger } from "../sandbox.ts";

export interface Workload {
  readonly name: string;
  /** Orders of one entity, in the order in which they are to reach the platform. */
  lane(name: string, dice: Dice): readonly EnqueueInput[];
  /** What the platform did for one recipient of an order. */
  effect(order: EnqueueInput, recipient: string, ledger: SandboxLedger): Effect;
  /** Where the ledger hides a call that came too early: how many of a lane did. */
  tooEarly?(lane: string, ledger: SandboxLedger): number;
}

export interface Effect {
  /** Each time that the platform did it, by the number line of the sandbox. */
  readonly deeds: readonly { readonly seq: number; readonly at: number }[];
  /** From when on a check can see it; null if no check ever can. */
  readonly visibleAt: number | null;
  /** It is as the order wants it, whoever did it. */
  readonly isSo: boolean;
  /** The platform said yes to this very thing, and did nothing: where the reply is all there is to see, it is believed. */
  readonly wasToldSo: boolean;
}

/** Whether the platform answered one of these calls with a success that it did not mean. */
export function saidYesInVain(calls: readonly PlatformCallEntry[], endpoint: string): boolean {
  const inVain = ["not-stored", "member-lookup-failed"];
  return calls.some((call) => call.endpoint === endpoint && inVain.includes(call.fault ?? ""));
}

export function namesOf(lane: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${lane}-p${index}`);
}
