import type { BatchItem, Delivery, FieldError, ProblemDocument } from "./types.ts";

/** `unreachable`: there was no answer. `notBida`: the answer was not Bida's (a proxy gave it). */
export type ErrorCode = ProblemDocument["code"] | "unreachable" | "notBida";

/** A request that the client refuses has no HTTP status. */
const WITHOUT_ANSWER: Partial<Record<ErrorCode, string>> = { invalid: "not sent" };

export interface ErrorFacts {
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  readonly code: ErrorCode;
  /** The title of the problem; null without an answer of Bida's. */
  readonly title?: string | null;
  readonly detail: string;
  /** True if the call changes something and it is unknown whether it did. */
  readonly mayBeDone?: boolean;
  /** The wrong fields of a request, by JSON pointer. */
  readonly errors?: readonly FieldError[];
  /** Identifies the request in Bida's log. */
  readonly requestId?: string | null;
  /** The delivery that stands in the way, for example the one that already has the key. */
  readonly id?: string | null;
  readonly retryAfterMs?: number | null;
}

/** The API refused the call, or could not be reached. */
export class BidaError extends Error {
  override readonly name = "BidaError";
  readonly status: number | null;
  readonly code: ErrorCode;
  readonly title: string | null;
  readonly detail: string;
  readonly mayBeDone: boolean;
  readonly errors: readonly FieldError[];
  readonly requestId: string | null;
  readonly id: string | null;
  readonly retryAfterMs: number | null;

  constructor(facts: ErrorFacts, options?: ErrorOptions) {
    super(
      `${facts.status ?? WITHOUT_ANSWER[facts.code] ?? "no answer"} ${facts.code}: ${facts.detail}`,
      options,
    );
    this.status = facts.status;
    this.code = facts.code;
    this.title = facts.title ?? null;
    this.detail = facts.detail;
    this.mayBeDone = facts.mayBeDone ?? false;
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId ?? null;
    this.id = facts.id ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}

/** `sendBatch` broke off. The results until then are in `results`. */
export class BatchError extends BidaError {
  /**
   * One result for each order, in order; null for one without an answer: whether it was acknowledged is
   * unknown, and it may be sent again with the same key.
   */
  readonly results: readonly (BatchItem | null)[];

  constructor(cause: BidaError, results: readonly (BatchItem | null)[]) {
    super(cause, { cause });
    this.results = results;
  }
}

/** The delivery had not ended within `timeoutMs`. Bida goes on with it. */
export class NotFinished extends Error {
  override readonly name = "NotFinished";
  readonly delivery: Delivery;

  constructor(delivery: Delivery) {
    super(`${delivery.id} has not ended yet: it is ${delivery.status}`);
    this.delivery = delivery;
  }
}
