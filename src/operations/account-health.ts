/**
 * The health of one account.
 */
import type { DeadReason, ShownStatus } from "../delivery/record.ts";

/** A pause of an account, by a person. */
export interface Pause {
  readonly by: string;
  readonly note: string | null;
  readonly since: number;
  /** When it resumes by itself; null if somebody must resume it. */
  readonly until: number | null;
}

export interface AccountHealth {
  readonly counts: Readonly<Record<ShownStatus, number>>;
  readonly reasons: Readonly<Record<DeadReason, number>>;
  /** When the oldest unfinished delivery was acknowledged. */
  readonly oldestAt: number | null;
  /** When the oldest dead letter died. */
  readonly oldestDeadAt: number | null;
  /** Callbacks that were given up. */
  readonly deadCallbacks: number;
  /** Callbacks that failed several times, and are tried again. */
  readonly failingCallbacks: number;
  readonly pause: Pause | null;
  readonly breaker: {
    readonly state: "closed" | "open" | "held";
    readonly until: number | null;
    /** Which calls the breaker keeps from leaving; null for none. */
    readonly of: "all" | "sends" | "checks" | null;
  };
  readonly tokens: readonly { readonly scope: string; readonly fetchedAt: number | null }[];
}

export interface SeenHealth extends AccountHealth {
  /** Keys that hold a value of another type, without the prefix of the account. They are treated as empty. */
  readonly brokenKeys: readonly string[];
}

export interface HealthReader {
  /** For decisions. @throws where a key holds a value of another type */
  read(): Promise<AccountHealth>;
  /** For display: keys with a value of another type are named, and treated as empty. */
  look(): Promise<SeenHealth>;
}
