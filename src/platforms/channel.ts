/**
 * The contract of a channel: our adapter for one family of operations (ARCHITECTURE section 6).
 *
 * A channel turns payloads into platform calls, and platform answers into outcomes. It keeps no state, decides
 * nothing about retries, and never throws for what a platform does: it returns an outcome.
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
  /** What each field means. Nested fields are named `status.DO`, fields in the items of a list `params[].openId`. */
  readonly fields: Readonly<Record<string, string>>;
  /** An example payload. */
  readonly example: Readonly<Record<string, unknown>>;
}

/**
 * One operation, named `<family>.<verb>`. Its sends draw from the account's rate of that family: `todo`,
 * `schedule`, `task`.
 */
export interface OperationSpec<Input> {
  readonly about?: About;
  /** Parses a payload when it is accepted, and again before each call. Unknown fields pass through to the platform. */
  readonly input: z.ZodType<Input>;
  /**
   * The entity whose operations must reach the platform in order; null for none. `key` is the producer's
   * idempotency key.
   */
  readonly entity: (input: Input, key: string | null) => string | null;
  /** The key of an earlier delivery whose receipt this one needs (`"of": "<key>"`), or null. */
  readonly refersTo?: (input: Input) => string | null;
  /**
   * Whether that receipt, to which ids may still be added, has the id that this delivery needs. Default: it
   * always has.
   */
  readonly isNamedIn?: (input: Input, receipt: Receipt) => boolean;
  /** The recipients of the ledger, or `[EVERYBODY]` for an operation that addresses nobody by name. */
  readonly recipients: (input: Input) => readonly string[];
  /** How many recipients one call can address. With 1, each call is settled before the next one is made. */
  readonly recipientsPerSend: number;
  /**
   * Whether the platform may ignore recipients that are named in a later call, so that resends must address all
   * of them in one.
   */
  readonly resendsTogether?: boolean;
  /** Whether one call checks many deliveries, so that they are checked together. */
  readonly asksTogether?: boolean;
  /**
   * Whether the platform has no idempotency key: a send whose lease Redis lost in a failover would be made
   * twice. So such a send waits for `redis.waitReplicas`.
   */
  readonly hasNoKey?: boolean;
  /** A check repeats the call of the send, which may itself take effect. So it is never made merely to look. */
  readonly isCheckedByRepeat?: true;
  /**
   * What is kept of the payload when an ended delivery is trimmed, for `OtherDelivery.remains`: a short text,
   * if possible only digests. Default: nothing.
   */
  readonly remains?: (input: Input, recipients: readonly string[]) => string;
  /** The receipt field for an id that a person has found on the platform. */
  readonly receiptField?: string;
  /** The largest payload in bytes, where it differs from the default (ARCHITECTURE section 5, "Budgets"). */
  readonly payloadLimitBytes?: number;
}

/** What a send and a check of one delivery are both told of it. */
interface DeliveryRequested<Input> {
  readonly deliveryId: string;
  readonly operation: string;
  readonly input: Input;
  readonly key: string | null;
  readonly recipients: readonly LedgerEntry[];
  readonly receipt: Receipt | null;
  /** The receipt of the delivery that `refersTo` names; null where it names none. */
  readonly reference: Receipt | null;
  /** Milliseconds of Redis' clock. */
  readonly now: number;
}

export interface SendRequest<Input> extends DeliveryRequested<Input> {
  /** The recipients of this call. None of them was sent to before without being proven absent since. */
  readonly targets: readonly string[];
}

export interface CheckRequest<Input> extends DeliveryRequested<Input> {
  /** The recipients to check, those that were asked about longest ago first. */
  readonly outstanding: readonly LedgerEntry[];
  readonly createdAt: number;
  /** How long the platform may take to show what it has stored (policy), in ms; default 60 s. */
  readonly visibilityLagMs?: number;
}

/** How long the platform may take to show what it has stored, in ms. */
export function lagOf({ visibilityLagMs }: { readonly visibilityLagMs?: number | undefined }): number {
  return visibilityLagMs ?? DEFAULT_POLICY.visibilityLagMs;
}

/** `untold`: the platform could not be asked, or its answer does not show it. */
export type Credentials = "taken" | "refused" | "untold";

export interface Channel<Input = unknown> {
  readonly name: string;
  /** The setting that the account lacks to use this channel at all: there are no credentials to try. */
  readonly lacks?: string;
  readonly operations: Readonly<Record<string, OperationSpec<Input>>>;
  /** What the codes of the platform's refusals mean; shown beside dead letters. */
  readonly codes?: Readonly<Record<string, string>>;
  /**
   * Makes one call, or one call and a single retry with a fresh token. Never repeats a call whose outcome is
   * unknown.
   */
  send(
    request: SendRequest<Input>,
    options: { readonly account: AccountAccess; readonly signal: AbortSignal },
  ): Promise<SendOutcome>;
  /**
   * Makes a call that changes nothing, to find out whether the platform refuses the account or only what was
   * sent. It is no send, so it has no send guard.
   */
  tryCredentials(
    account: AccountAccess,
    options: { readonly now: number; readonly signal: AbortSignal },
  ): Promise<Credentials>;
  /** Returns one outcome for each request, in order. Requests share calls where possible. */
  check(
    batch: readonly CheckRequest<Input>[],
    options: { readonly account: AccountAccess; readonly signal: AbortSignal },
  ): Promise<readonly CheckOutcome[]>;
}
