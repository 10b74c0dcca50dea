/**
 * Recent troubles of an account, as its workers recorded them: the latest errors, and the changes of its
 * breaker. They are for people; no decision depends on them.
 */
export interface AccountError {
  readonly at: number;
  readonly of: "send" | "check" | "token" | "account";
  /** The delivery; null where the error is about the account. */
  readonly id: string | null;
  readonly operation: string | null;
  readonly outcome: string;
  readonly detail: string | null;
}

export interface BreakerChange {
  readonly at: number;
  readonly state: string;
  /** When the platform is asked again; null where the breaker does not wait. */
  readonly until: number | null;
  /** Which calls it keeps from leaving; null for none. */
  readonly of: "all" | "sends" | "checks" | null;
}

export interface AccountTrouble {
  /** The latest first. */
  readonly errors: readonly AccountError[];
  readonly breaker: readonly BreakerChange[];
}

/** Details of one account, beside its counts. */
export interface AccountDetail extends AccountTrouble {
  /** How long a call made now would wait for its place in each rate, in milliseconds. */
  readonly waitMs: Readonly<Record<string, number>>;
  /** How long each of its tokens is still valid, in milliseconds; null where there is no token. */
  readonly tokenLastsMs: Readonly<Record<string, number | null>>;
  /**
   * Each mirror of its messages: the time up to which they are mirrored, and staff ids for which no recipient
   * is configured.
   */
  readonly mirrors: readonly {
    readonly to: string;
    readonly until: number | null;
    readonly unmapped: readonly { readonly staffId: string; readonly messages: number }[];
  }[];
}

export interface AccountDetailReader {
  read(): Promise<AccountDetail>;
}
