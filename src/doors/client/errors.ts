import type { BatchItem, Delivery, FieldError, ProblemDocument } from "./types.ts";

/** `unreachable`: nobody answered. `notBida`: somebody answered, but not in Bida's words (a proxy). */
export type ErrorCode = ProblemDocument["code"] | "unreachable" | "notBida";

/** What is refused before it is sent has no status. */
const WITHOUT_ANSWER: Partial<Record<ErrorCode, string>> = { invalid: "not sent" };

export interface ErrorFacts {
  /** Of the HTTP answer; null without one. */
  readonly status: number | null;
  readonly code: ErrorCode;
  /** What kind of problem it is, in words; null without an answer of Bida's. */
  readonly title?: string | null;
  readonly detail: string;
  /** The call would change something, and it is not known whether it has. */
  readonly mayBeDone?: boolean;
  /** The wrong fields of a request, by JSON pointer. */
  readonly errors?: readonly FieldError[];
  /** Identifies the request in Bida's log. */
  readonly requestId?: string | null;
  /** The delivery that is in the way, for example the one that already has the key. */
  readonly id?: string | null;
  readonly retryAfterMs?: number | null;
}

/** The API refused, or could not be asked. */
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

/** A `sendBatch` broke off. What was answered before is not lost: it is here. */
export class BatchError extends BidaError {
  /**
   * One an order, in order; null for those that have no answer. Of them it is not known whether they
   * were acknowledged: with the same key they may be sent again.
   */
  readonly results: readonly (BatchItem | null)[];

  constructor(cause: BidaError, results: readonly (BatchItem | null)[]) {
    super(cause, { cause });
    this.results = results;
  }
}

/** The delivery had not ended when the time was over; Bida goes on with it. */
export class NotFinished extends Error {
  override readonly name = "NotFinished";
  readonly delivery: Delivery;

  constructor(delivery: Delivery) {
    super(`${delivery.id} has not ended yet: it is ${delivery.status}`);
    this.delivery = delivery;
  }
}
