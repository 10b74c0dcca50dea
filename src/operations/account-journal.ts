/**
 * What has lately gone wrong with an account, as its workers wrote it down: the latest errors, and how its breaker
 * changed. For people who look; nothing depends on it.
 */
export interface AccountError {
  readonly at: number;
  readonly of: "send" | "check" | "token" | "account";
  /** The delivery; null for what is about the account. */
  readonly id: string | null;
  readonly operation: string | null;
  readonly outcome: string;
  readonly detail: string | null;
}

export interface BreakerChange {
  readonly at: number;
  readonly state: string;
  /** When it asks the platform again; null where it does not wait. */
  readonly until: number | null;
  /** Which calls it keeps from leaving; null for none. */
  readonly of: "all" | "sends" | "checks" | null;
}

export interface AccountTrouble {
  /** The latest first. */
  readonly errors: readonly AccountError[];
  readonly breaker: readonly BreakerChange[];
}

/** What people look at of one account beside its counts. */
export interface AccountDetail extends AccountTrouble {
  /** How long a call made now would wait for its place in each rate, in milliseconds. */
  readonly waitMs: Readonly<Record<string, number>>;
  /** How long each of its tokens is still good for, in milliseconds; null for one that is not there. */
  readonly tokenLastsMs: Readonly<Record<string, number | null>>;
  /** Of each mirror of its messages: up to when they are mirrored, and staff ids that nobody has named a recipient for. */
  readonly mirrors: readonly {
    readonly to: string;
    readonly until: number | null;
    readonly unmapped: readonly { readonly staffId: string; readonly messages: number }[];
  }[];
}

export interface AccountDetailReader {
  read(): Promise<AccountDetail>;
}
