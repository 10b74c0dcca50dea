/**
 * What the API takes and answers. Types alone, made from the contract, so the client needs no package.
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

/** The order of one operation: its payload is the platform's own, as the platform's document names it. */
export interface OrderOf<Operation extends string, Payload> {
  readonly account: string;
  readonly operation: Operation;
  readonly payload: Payload;
  /** Idempotency key: the same key with the same request is the same delivery. */
  readonly key?: string | undefined;
  /** Overrides the entity whose deliveries are kept in order. */
  readonly lane?: string | undefined;
  /** Not sent before then: milliseconds since 1970, or ISO 8601 with a time zone. */
  readonly sendAt?: string | number | undefined;
  /** It has ended by then. Default: `policy.deadline` after acknowledgement, or after `sendAt`. */
  readonly deadline?: string | number | undefined;
  /** 0 is served first; the default. */
  readonly priority?: number | undefined;
  readonly callbackUrl?: string | undefined;
  /** The trace that it belongs to (W3C Trace Context): `00-<trace>-<span>-01`. */
  readonly traceparent?: string | undefined;
  /** Answered only when it is on Redis' disk (`aof`), or with a replica; refused where Redis cannot tell. */
  readonly durability?: "aof" | "replica" | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An order of any of these operations; which payload it takes follows from its `operation`. */
export type AnyOrder<P> = {
  [Operation in keyof P & string]: OrderOf<Operation, P[Operation]>;
}[keyof P & string];

/** For programs that read orders from elsewhere and leave their validation to the API: `BidaClient<UncheckedPayloads>`. */
export type UncheckedPayloads = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type DeliveryOrder = AnyOrder<Payloads>;
export type UncheckedOrder = AnyOrder<UncheckedPayloads>;
export type AccountState = AccountList["items"][number];
export type RetiredAccount = Retired;
export type AuditEntry = Audit["items"][number];
export type DescribedOperation = OperationList["items"][number];
export type DoctorFindings = Findings["items"];
export type DeadReason = NonNullable<Delivery["reason"]>;

/** Moments are milliseconds since 1970, or ISO 8601 with a time zone. */
export type DeadLetterFilter = Readonly<FilterInBody>;

/** JSON lines, the default, or CSV for a spreadsheet. */
export type ExportFormat = "jsonl" | "csv";

/** Moments as in `DeadLetterFilter`. */
export interface AuditFilter extends Paging, Pick<DeadLetterFilter, "account" | "since" | "until"> {
  /** The name of a key or of a person. */
  readonly by?: string;
  readonly act?: string;
  readonly id?: string;
}

/** Moments as in `DeadLetterFilter`. */
export type CallbackFilter = Pick<DeadLetterFilter, "account" | "since" | "until">;

export interface Paging {
  /** 1 to 500; default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** `since` and `until`: the acknowledgement of what is unfinished, the end of the rest. */
export interface DeliveryFilter extends Paging, DeadLetterFilter {
  readonly status?: Delivery["status"];
}

export interface BulkOrder {
  readonly filter: DeadLetterFilter;
  /** Only count what it would act on. */
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
  /** Without one, all that the key may see. */
  readonly account?: string;
  /** Milliseconds since 1970, or ISO 8601 with a time zone; default: thirty days ago. */
  readonly since?: string | number;
}

export interface StatsQuery {
  /** Without one, all that the key may see. */
  readonly account?: string;
  /** Milliseconds since 1970, or ISO 8601 with a time zone; default: an hour before `until`. */
  readonly since?: string | number;
  /** Default: now. */
  readonly until?: string | number;
  readonly bucketMinutes?: number;
}
