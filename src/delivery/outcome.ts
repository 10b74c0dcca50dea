/**
 * What one call to a platform has shown (ARCHITECTURE section 5, "Send outcomes").
 *
 * Channels translate platform answers into these unions only, and decisions read these unions only. An outcome
 * never carries a secret or a payload value.
 */
import type { Evidence } from "./ledger.ts";
import type { Receipt } from "./record.ts";

/** A recipient whom the platform refused, with the platform's own code and text. */
export interface Refusal {
  readonly recipient: string;
  readonly code: string;
  readonly text: string;
}

/** What the channel keeps about each target (see `LedgerEntry.memo`). */
interface Noted {
  readonly memo?: string;
}

interface Answered extends Noted {
  readonly receipt?: Receipt;
  /** Ids that belong to one recipient, by recipient. */
  readonly recipientReceipts?: Readonly<Record<string, Receipt>>;
  /** Recipients that the platform refused while it took the others. */
  readonly refused?: readonly Refusal[];
}

export type SendOutcome =
  /** The platform says that it took the send. Not a delivery yet. */
  | ({ readonly kind: "accepted" } & Answered)
  /** The reply itself is proof, for every target that is not refused. */
  | ({ readonly kind: "confirmed"; readonly evidence: Evidence } & Answered)
  /** The operation sends nothing: it waits for what others do on the platform. Costs no send. */
  | { readonly kind: "observing"; readonly refused?: readonly Refusal[] }
  /** The request left, and nobody knows whether it took effect. */
  | ({
      readonly kind: "unknown";
      readonly cause: UnknownCause;
      readonly detail: string;
      /** How long the answer asked us to wait: the platform is not asked sooner. */
      readonly retryAfterMs?: number | null;
    } & Noted)
  /**
   * The request never left, or was refused and is not to be made again now. `wasAnswered`: the platform itself is there,
   * whatever else could not be asked.
   */
  | ({ readonly kind: "unreachable"; readonly detail: string; readonly wasAnswered?: boolean } & Noted)
  | ({ readonly kind: "throttled"; readonly retryAfterMs: number | null; readonly detail: string } & Noted)
  | { readonly kind: "busy"; readonly retryAfterMs: number | null; readonly detail: string }
  /**
   * Refused in a way that may be about the credentials. `refusal` is set where a harmless call right afterwards
   * took the same credentials: then this send seems to be what is refused, with this code and text. It is null
   * where that call was refused too, and absent where the channel has not tried one.
   */
  | ({
      readonly kind: "unauthorized";
      readonly detail: string;
      readonly refusal?: { readonly code: string; readonly text: string } | null;
    } & Noted)
  | ({ readonly kind: "rejected"; readonly code: string; readonly text: string } & Noted)
  /** No request can be built. Nothing left, and the platform is not at fault. */
  | { readonly kind: "invalid"; readonly detail: string };

/**
 * `interrupted`: the worker died during the send. `ambiguous`: an answer after which the platform may or may
 * not have stored it.
 */
type UnknownCause = "timeout" | "connection" | "serverError" | "unreadable" | "interrupted" | "ambiguous";

/** What one check has shown about one recipient. */
export type RecipientCheck =
  | {
      readonly kind: "proven";
      readonly recipient: string;
      readonly evidence: Evidence;
      readonly receipt?: Receipt;
    }
  | ({ readonly kind: "pending"; readonly recipient: string; readonly detail: string } & Noted)
  | ({
      readonly kind: "absent";
      readonly recipient: string;
      /** Why it must not be sent again even once absence is proven. Absent where it may be. */
      readonly ends?: string;
    } & Noted)
  | ({
      readonly kind: "inconclusive";
      readonly recipient: string;
      readonly detail: string;
      /** The check repeats the call of the send, and its answer was lost: it may be on its way like any send. */
      readonly mayHaveActed?: true;
    } & Noted)
  /** The platform refuses the check: that says nothing about the send, and asking again soon would not help. */
  | {
      readonly kind: "refused";
      readonly recipient: string;
      readonly detail: string;
      /** What was sent can no longer take effect: its place is taken, or the platform has no such call. */
      readonly isFinal?: true;
    }
  /** It is there, but in a state that this operation cannot reach. */
  | { readonly kind: "contradicted"; readonly recipient: string; readonly detail: string }
  /** Nobody can observe whether it took effect, and a repeat would undo nothing that anybody did. */
  | { readonly kind: "repeatable"; readonly recipient: string; readonly detail: string }
  /** The platform lets nobody observe this: with the answer of the send lost, it can never be proven. */
  | { readonly kind: "unobservable"; readonly recipient: string; readonly detail: string };

export type CheckKind = RecipientCheck["kind"];

/** How many recipients have this kind of check. */
export function countOf(recipients: readonly RecipientCheck[], wanted: RecipientCheck["kind"]): number {
  let count = 0;
  for (const { kind } of recipients) if (kind === wanted) count += 1;
  return count;
}

/** What one round has shown about one delivery. Recipients that were not asked about are not listed. */
export interface CheckOutcome {
  readonly recipients: readonly RecipientCheck[];
  /** Calls that were made for this delivery; a shared list call counts for none. */
  readonly calls: number;
  /** How long to wait before the next check, in ms, where the platform or its limits say so. */
  readonly retryAfterMs: number | null;
  /** Ids of the delivery as a whole that the check discovered. */
  readonly receipt?: Receipt;
  /**
   * Objects on the platform that may be this delivery and that no other has claimed: for a person to look at,
   * never proof.
   */
  readonly candidates?: readonly Candidate[];
}

/** An object on the platform: its id, never its content. */
export interface Candidate {
  readonly id: string;
  readonly detail: string;
}
