/**
 * What the API takes and answers: the contract's own types. Types alone, so the client needs no package.
 */
import type { z } from "zod";
import type { EnqueueInput } from "../../operations/enqueue.ts";
import type * as schemas from "../http/schemas.ts";

export type DeliveryOrder = EnqueueInput;
export type Delivery = z.output<typeof schemas.delivery>;
export type InspectedDelivery = z.output<typeof schemas.inspectedDelivery>;
export type DeliveryPage = z.output<typeof schemas.deliveryPage>;
export type DeadCallbackPage = z.output<typeof schemas.deadCallbackPage>;
export type DeadCallback = DeadCallbackPage["items"][number];
export type Accepted = z.output<typeof schemas.accepted>;
export type BatchItem = z.output<typeof schemas.batchAnswer>["items"][number];
export type LetterGroups = z.output<typeof schemas.groups>;
export type BulkAction = z.output<typeof schemas.action>;
export type AccountState = z.output<typeof schemas.account>;
export type AuditEntry = z.output<typeof schemas.audit>["items"][number];
export type ProblemDocument = z.output<typeof schemas.problem>;
export type FieldError = z.output<typeof schemas.fieldError>;
export type DeadReason = NonNullable<Delivery["reason"]>;

/** Moments are milliseconds since 1970, or ISO 8601 with a time zone. */
export interface LetterFilter {
  readonly account?: string;
  readonly reason?: DeadReason;
  readonly operation?: string;
  /** The platform's own code of a refusal. */
  readonly code?: string;
  readonly since?: string | number;
  readonly until?: string | number;
}

/** Moments as in `LetterFilter`. */
export type CallbackFilter = Pick<LetterFilter, "account" | "since" | "until">;

export interface Paging {
  /** 1 to 500; default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface DeliveryFilter extends Paging {
  readonly account?: string;
  readonly status?: Delivery["status"];
  readonly operation?: string;
  readonly reason?: DeadReason;
  readonly key?: string;
  readonly recipient?: string;
}

export interface BulkOrder {
  readonly filter: LetterFilter;
  /** Only count what it would act on. */
  readonly dryRun?: boolean;
  readonly ratePerSecond?: number;
  readonly note?: string;
}
