/**
 * The contract of a channel: our adapter for one family of operations (ARCHITECTURE section 6).
 *
 * A channel turns a payload into platform calls and platform answers into outcomes. It keeps no state,
 * decides nothing about retries, and never throws for what a platform does: that is an outcome.
 */
import { DEFAULT_POLICY } from "../delivery/policy.ts";
import type { z } from "zod";
import type { LedgerEntry } from "../delivery/ledger.ts";
import type { CheckOutcome, SendOutcome } from "../delivery/outcome.ts";
import type { Receipt } from "../delivery/record.ts";
import type { AccountAccess } from "./account-access.ts";

/** What the contract says about an operation. */
export interface About {
  /** One sentence. */
  readonly summary: string;
  /** The document section that the payload's fields come from. */
  readonly source: string;
  /** What each field means; below others `status.DO`, in the items of a list `params[].openId`. */
  readonly fields: Readonly<Record<string, string>>;
  /** A payload. */
  readonly example: Readonly<Record<string, unknown>>;
}

/**
 * One operation, named `<family>.<verb>`. Its sends draw from the account's rate of that family: `todo`,
 * `schedule`, `task`.
 */
export interface OperationSpec<Input> {
  readonly about?: About;
  /** Parses a payload at the door; unknown fields pass through to the platform. */
  readonly input: z.ZodType<Input>;
  /** The entity whose operations must reach the platform in order; null for none. `key`: the producer's. */
  readonly entity: (input: Input, key: string | null) => string | null;
  /** The key of an earlier delivery whose receipt this one needs (`"of": "<key>"`), or null. */
  readonly refersTo?: (input: Input) => string | null;
  /** Whether that receipt, which may still grow, names what this one needs. Default: any does. */
  readonly isNamedIn?: (input: Input, receipt: Receipt) => boolean;
  /** The recipients of the ledger, or `[EVERYBODY]` for an operation that addresses nobody by name. */
  readonly recipients: (input: Input) => readonly string[];
  /** How many recipients one call can take; with 1, each call is settled before the next one. */
  readonly recipientsPerSend: number;
  /** Whether the platform may ignore recipients who are named in a later call: all are addressed in one. */
  readonly resendsTogether?: boolean;
  /** Whether one answer of the platform tells about many deliveries: they are asked about together. */
  readonly asksTogether?: boolean;
  /**
   * Whether the platform has no key by which it recognizes a repeat: a send that Redis lost in a failover would be
   * made twice. Such a send waits for `redis.waitReplicas`.
   */
  readonly hasNoKey?: boolean;
  /** A check of it is the same call again, which may do what it asks about: so it is never made only to look. */
  readonly isCheckedByRepeat?: true;
  /**
   * What is kept of the payload when an ended delivery is trimmed, for `OtherDelivery.remains`: a short text, at
   * best digests alone. Default: nothing of it is wanted again.
   */
  readonly remains?: (input: Input, recipients: readonly string[]) => string;
  /** The name in its receipt under which an id stands that a person has found on the platform. */
  readonly receiptField?: string;
  /** Where a payload may be larger than others (ARCHITECTURE section 5, "Budgets"). */
  readonly payloadLimitBytes?: number;
}

export interface SendRequest<Input> {
  readonly deliveryId: string;
  readonly operation: string;
  readonly input: Input;
  readonly key: string | null;
  /** The recipients of this call: never one that was sent to and not proven absent since. */
  readonly targets: readonly string[];
  readonly recipients: readonly LedgerEntry[];
  readonly receipt: Receipt | null;
  /** The receipt of the delivery that `refersTo` names; null where it names none. */
  readonly reference: Receipt | null;
  /** Milliseconds of Redis' clock. */
  readonly now: number;
}

export interface CheckRequest<Input> {
  readonly deliveryId: string;
  readonly operation: string;
  readonly input: Input;
  readonly key: string | null;
  /** Whom to ask about, the longest unasked first. */
  readonly outstanding: readonly LedgerEntry[];
  readonly recipients: readonly LedgerEntry[];
  readonly receipt: Receipt | null;
  /** The receipt of the delivery that `refersTo` names; null where it names none. */
  readonly reference: Receipt | null;
  readonly createdAt: number;
  /** How long the platform may take to show what it stored (policy); 60 s where nothing is said. */
  readonly visibilityLagMs?: number;
  readonly now: number;
}

/** How long the platform may take to show what it stored, in ms. */
export function lagOf({ visibilityLagMs }: { readonly visibilityLagMs?: number | undefined }): number {
  return visibilityLagMs ?? DEFAULT_POLICY.visibilityLagMs;
}

/** `untold`: the platform could not be asked, or gave no answer that says it. */
export type Credentials = "taken" | "refused" | "untold";

export interface Channel<Input = unknown> {
  readonly name: string;
  /** The setting without which the account can use none of it: there are no credentials to try. */
  readonly lacks?: string;
  readonly operations: Readonly<Record<string, OperationSpec<Input>>>;
  /** What the codes of its refusals mean, in words; people read it beside dead letters. */
  readonly codes?: Readonly<Record<string, string>>;
  /** One call (or one call and its single retry with a fresh token). Never repeats an unknown one. */
  send(
    request: SendRequest<Input>,
    options: { readonly account: AccountAccess; readonly signal: AbortSignal },
  ): Promise<SendOutcome>;
  /**
   * Makes a call that changes nothing, to learn whether the platform refuses the account or only what was
   * sent. It has no send guard: it is no send.
   */
  tryCredentials(
    account: AccountAccess,
    options: { readonly now: number; readonly signal: AbortSignal },
  ): Promise<Credentials>;
  /** Answers one outcome per request, in order. Calls are shared between requests where they can be. */
  check(
    batch: readonly CheckRequest<Input>[],
    options: { readonly account: AccountAccess; readonly signal: AbortSignal },
  ): Promise<readonly CheckOutcome[]>;
}
