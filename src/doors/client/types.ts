/**
 * The types of requests and answers, made from the contract. Only types, so the client needs no package.
 */
import type {
  AccountList,
  Audit,
  DeadLetterFilter as FilterInBody,
  Delivery,
  Findings,
  OperationList,
  Payloads,
  Retired,
} from "./contract-types.ts";

export type {
  About,
  AccountDetail,
  Accepted,
  ActionPage,
  Audit as AuditPage,
  Action as BulkAction,
  BatchItem,
  DeadCallback,
  DeadCallbackPage,
  Delivery,
  DeliveryPage,
  FailedItem,
  FailedItemPage,
  FieldError,
  GroupMark,
  HeldLane,
  HeldLanePage,
  InspectedDelivery,
  KeptObjective,
  DeadLetterGroups,
  Live as LiveState,
  LoginLink,
  Me,
  Payloads,
  Probed,
  Problem as ProblemDocument,
  RefusedOrder,
  RefusedOrderPage,
  Restored,
  Sandbox as SandboxState,
  SearchHit,
  Session,
  System as SystemState,
  StartedEdit,
  Stats,
  Verified,
  Worker as WorkerState,
} from "./contract-types.ts";

/** An order of one operation. The payload has the platform's own fields, as its document names them. */
export interface OrderOf<Operation extends string, Payload> {
  readonly account: string;
  readonly operation: Operation;
  readonly payload: Payload;
  /** Idempotency key: the same key with the same request is the same delivery. */
  readonly key?: string | undefined;
  /** Overrides the entity whose deliveries are kept in order. */
  readonly lane?: string | undefined;
  /** It is not sent before this time: milliseconds since 1970, or ISO 8601 with a time zone. */
  readonly sendAt?: string | number | undefined;
  /** It has ended by this time. Default: `policy.deadline` after acknowledgement, or after `sendAt`. */
  readonly deadline?: string | number | undefined;
  /** 0 goes first, and is the default. */
  readonly priority?: number | undefined;
  readonly callbackUrl?: string | undefined;
  /** The trace that it belongs to (W3C Trace Context): `00-<trace>-<span>-01`. */
  readonly traceparent?: string | undefined;
  /** The answer waits until it is on Redis' disk (`aof`) or on a replica. Refused where Redis does not support this. */
  readonly durability?: "aof" | "replica" | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An order of any of these operations; its `operation` determines the type of the payload. */
export type AnyOrder<P> = {
  [Operation in keyof P & string]: OrderOf<Operation, P[Operation]>;
}[keyof P & string];

/** For programs that read orders from elsewhere and leave validation to the API: `BidaClient<UncheckedPayloads>`. */
export type UncheckedPayloads = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type DeliveryOrder = AnyOrder<Payloads>;
export type UncheckedOrder = AnyOrder<UncheckedPayloads>;
export type AccountState = AccountList["items"][number];
export type RetiredAccount = Retired;
export type AuditEntry = Audit["items"][number];
export type DescribedOperation = OperationList["items"][number];
export type DoctorFindings = Findings["items"];
export type DeadReason = NonNullable<Delivery["reason"]>;

/** Times are milliseconds since 1970, or ISO 8601 with a time zone. */
export type DeadLetterFilter = Readonly<FilterInBody>;

/** JSON lines, the default, or CSV for a spreadsheet. */
export type ExportFormat = "jsonl" | "csv";

/** Times as in `DeadLetterFilter`. */
export interface AuditFilter extends Paging, Pick<DeadLetterFilter, "account" | "since" | "until"> {
  /** The name of a key or of a person. */
  readonly by?: string;
  readonly act?: string;
  readonly id?: string;
}

/** Times as in `DeadLetterFilter`. */
export type CallbackFilter = Pick<DeadLetterFilter, "account" | "since" | "until">;

export interface Paging {
  /** 1 to 500; default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** `since` and `until` apply to the end of ended deliveries, and to the acknowledgement of others. */
export interface DeliveryFilter extends Paging, DeadLetterFilter {
  readonly status?: Delivery["status"];
}

export interface BulkOrder {
  readonly filter: DeadLetterFilter;
  /** If true, it only counts what it would act on. */
  readonly dryRun?: boolean;
  readonly ratePerSecond?: number;
  readonly note?: string;
}

/** Either `value` is set, or `find` is replaced in the text of the field. */
export interface FieldEditOrder extends BulkOrder {
  /** A JSON pointer: `/title`. */
  readonly field: string;
  readonly value?: unknown;
  readonly find?: string;
  readonly replaceWith?: string;
  readonly note: string;
}

/** What the dead letters of a group have in common. */
export interface DeadLetterGroupName {
  readonly account: string;
  readonly operation: string;
  readonly reason: DeadReason | null;
  readonly code: string | null;
}

export interface GroupChange {
  readonly acknowledged?: boolean;
  readonly assignee?: string | null;
  /** Milliseconds since 1970, or ISO 8601 with a time zone. */
  readonly snoozedUntil?: string | number | null;
  readonly note?: string | null;
}

export type SandboxOrder =
  { readonly clear: true } | { readonly fault: string; readonly times?: number; readonly forMs?: number };

export interface SloQuery {
  /** Default: all accounts that the key may access. */
  readonly account?: string;
  /** Milliseconds since 1970, or ISO 8601 with a time zone; default: thirty days ago. */
  readonly since?: string | number;
}

export interface StatsQuery {
  /** Default: all accounts that the key may access. */
  readonly account?: string;
  /** Milliseconds since 1970, or ISO 8601 with a time zone; default: an hour before `until`. */
  readonly since?: string | number;
  /** Default: now. */
  readonly until?: string | number;
  readonly bucketMinutes?: number;
}
