/**
 * What happened to one delivery, for the person on call who reads a dead letter. Capped (lib/timeline.lua): the
 * first entries and every send stay. Never holds payload values or secrets.
 */
import type { DeadReason, WaitCause } from "./record.ts";

/** Who made a send, and how long it took. */
export interface Attempt {
  /** `host:pid` */
  readonly worker: string;
  readonly tookMs: number;
}

/** Who acted on a delivery (the name of the API key), and why. The delivery's timeline shows it. */
export interface Actor {
  readonly by: string;
  readonly note: string | null;
}

export type TimelineEntry =
  | { readonly at: number; readonly event: "enqueued" }
  | ({
      readonly at: number;
      readonly event: "sent";
      readonly outcome: string;
      readonly to: number;
      readonly detail?: string;
    } & Partial<Attempt>)
  /** The answer of a send that had been given up. Its receipt is kept, whatever the delivery's state. */
  | { readonly at: number; readonly event: "receiptCameLate"; readonly to: number }
  | { readonly at: number; readonly event: "observing" }
  /** Shown for a stored entry that cannot be read; never written. */
  | { readonly at: number; readonly event: "unreadable" }
  | ({
      readonly at: number;
      readonly event: "waiting";
      readonly cause: WaitCause | "breaker" | "paused";
      readonly detail?: string;
    } & Partial<Attempt>)
  | {
      readonly at: number;
      readonly event: "checked";
      readonly proven: number;
      readonly pending: number;
      readonly absent: number;
      readonly inconclusive: number;
      readonly detail?: string;
    }
  | { readonly at: number; readonly event: "absenceProven"; readonly recipients: number }
  | { readonly at: number; readonly event: "confirmed" }
  | { readonly at: number; readonly event: "dead"; readonly reason: DeadReason; readonly detail: string }
  | { readonly at: number; readonly event: "cancelled"; readonly by?: string; readonly note?: string }
  /** `changed`: which fields of the payload have changed, never their values. */
  | {
      readonly at: number;
      readonly event: "edited";
      readonly by: string;
      readonly changed: readonly string[];
      readonly note?: string;
    }
  | {
      readonly at: number;
      readonly event: "replayed";
      readonly by: string;
      readonly generation: number;
      readonly note?: string;
    }
  | { readonly at: number; readonly event: "discarded"; readonly by: string; readonly note?: string }
  | { readonly at: number; readonly event: "restored"; readonly by: string; readonly note?: string }
  /** A person asked the platform about a dead letter: for how many recipients it was there, and for how many absent. */
  | {
      readonly at: number;
      readonly event: "verified";
      readonly by: string;
      readonly there: number;
      readonly absent: number;
      readonly note?: string;
    };

export type TimelineEvent = TimelineEntry["event"];
