/**
 * What one call to a platform has shown (ARCHITECTURE section 5, "Send outcomes").
 *
 * Channels translate platform answers into these unions and nothing else; decisions read these unions
 * and nothing else. An outcome never carries a secret or a payload value.
 */
import type { Evidence } from "./ledger.ts";
import type { Receipt } from "./record.ts";

/** A recipient whom the platform refused, with the platform's own code and text. */
export interface Refusal {
  readonly recipient: string;
  readonly code: string;
  readonly text: string;
}

/** What the channel wants to know again about each target (see `LedgerEntry.memo`). */
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
  /** Nothing is sent by this operation: what others do on the platform is awaited. Costs no send. */
  | { readonly kind: "observing"; readonly refused?: readonly Refusal[] }
  /** The request left and nobody knows what became of it. */
  | ({
      readonly kind: "unknown";
      readonly cause: UnknownCause;
      readonly detail: string;
      /** The answer said when to come back: the platform is not asked sooner. */
      readonly retryAfterMs?: number | null;
    } & Noted)
  /** The request never left. */
  | ({ readonly kind: "unreachable"; readonly detail: string } & Noted)
  | ({ readonly kind: "throttled"; readonly retryAfterMs: number | null; readonly detail: string } & Noted)
  | { readonly kind: "busy"; readonly retryAfterMs: number | null; readonly detail: string }
  /**
   * Refused in a way that may be about the credentials. `refusal`: the same credentials were taken by a
   * harmless call right after, so that it seems to be this send that is refused, in these words; null where
   * they were not taken either; absent where the channel has not tried.
   */
  | ({
      readonly kind: "unauthorized";
      readonly detail: string;
      readonly refusal?: { readonly code: string; readonly text: string } | null;
    } & Noted)
  | ({ readonly kind: "rejected"; readonly code: string; readonly text: string } & Noted)
  /** No request can be built from it. Nothing left, and the platform is not at fault. */
  | { readonly kind: "invalid"; readonly detail: string };

/** `interrupted`: the worker died mid-send. `ambiguous`: an answer that may or may not have stored. */
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
      /** Why it may not be sent again, once absence is proven; it may where nothing is said. */
      readonly ends?: string;
    } & Noted)
  | ({
      readonly kind: "inconclusive";
      readonly recipient: string;
      readonly detail: string;
      /** The question is the same call again, and its answer was lost: it may be on its way like any send. */
      readonly mayHaveActed?: true;
    } & Noted)
  /** The platform refuses the question: that says nothing about the send, and asking again soon would not help. */
  | {
      readonly kind: "refused";
      readonly recipient: string;
      readonly detail: string;
      /** What was sent cannot take effect any more: its place is taken, or the call does not exist. */
      readonly isFinal?: true;
    }
  /** It is there, but in a state that this operation cannot reach. */
  | { readonly kind: "contradicted"; readonly recipient: string; readonly detail: string }
  /** Nobody can see whether it happened, and sending it once more undoes nobody's act. */
  | { readonly kind: "repeatable"; readonly recipient: string; readonly detail: string }
  /** The platform lets nobody see this: with its answer lost, it can never be proven. */
  | { readonly kind: "unobservable"; readonly recipient: string; readonly detail: string };

export type CheckKind = RecipientCheck["kind"];

/** How many recipients a check has shown this of. */
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
  /** When asking again makes sense, if the platform or its limits said so. */
  readonly retryAfterMs: number | null;
  /** Ids of the delivery as a whole that the check discovered. */
  readonly receipt?: Receipt;
  /** What may be this delivery and belongs to no other: for a person to look at, never proof. */
  readonly candidates?: readonly Candidate[];
}

/** Something on the platform, by its id there; never its content. */
export interface Candidate {
  readonly id: string;
  readonly detail: string;
}
