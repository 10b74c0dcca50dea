/**
 * Records the troubles of each account, for the account's page: it listens to all events, keeps the latest few,
 * and writes them to Redis every two seconds, which takes a few commands however many calls fail. What a
 * process had not written when it died is in its log.
 */
import type { AccountError, BreakerChange } from "../operations/account-journal.ts";
import { AccountJournalStore, MOST_IN_JOURNAL } from "../storage/account-journal-store.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import type { BidaEvent, Emit } from "../telemetry/events.ts";

interface Heard {
  readonly errors: AccountError[];
  readonly breaker: BreakerChange[];
}

interface JournalOptions {
  readonly prefix: string;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
}

export class AccountJournals {
  readonly #redis: ScriptedRedis;
  readonly #options: JournalOptions;
  #heard = new Map<string, Heard>();

  constructor(redis: ScriptedRedis, options: JournalOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  /** Wraps `emit` so that its events are also recorded here. */
  hearing(emit: Emit): Emit {
    return (event) => {
      this.#hear(event);
      emit(event);
    };
  }

  /** Entries that cannot be written are dropped: nothing depends on them, and other parts report that Redis is away. */
  async write(): Promise<void> {
    const heard = [...this.#heard];
    this.#heard = new Map();
    await Promise.all(
      heard.map(async ([account, trouble]) =>
        new AccountJournalStore(this.#redis, { prefix: this.#options.prefix, account }).write(trouble),
      ),
    );
  }

  #hear(event: BidaEvent): void {
    const at = (): number => Math.round(this.#options.now());
    if (event.event === "breaker.changed") {
      const { account, state, until, of } = event;
      const { breaker } = this.#of(account);
      breaker.push({ at: at(), state, until: until || null, of });
      if (breaker.length > MOST_IN_JOURNAL) breaker.shift();
    }
    const error = errorIn(event);
    if (error === null) return;
    const { errors } = this.#of(error.account);
    const { account: _account, ...told } = error;
    errors.push({ at: at(), ...told });
    if (errors.length > MOST_IN_JOURNAL) errors.shift();
  }

  #of(account: string): Heard {
    const known = this.#heard.get(account) ?? { errors: [], breaker: [] };
    this.#heard.set(account, known);
    return known;
  }
}

/** Outcomes that are no error: success, or a wait. */
const CALM = new Set(["accepted", "confirmed", "observing", "breaker", "paused"]);

function errorIn(event: BidaEvent): (Omit<AccountError, "at"> & { readonly account: string }) | null {
  if (event.event === "delivery.sent") {
    const { account, id, operation, outcome, detail } = event;
    return CALM.has(outcome) ? null : { account, of: "send", id, operation, outcome, detail };
  }
  if (event.event === "delivery.checked") {
    const { account, id, operation, inconclusive } = event;
    const outcome = "inconclusive";
    return inconclusive === 0 ? null : { account, of: "check", id, operation, outcome, detail: null };
  }
  const ofNone = { id: null, operation: null };
  if (event.event === "token.fetched") {
    const { account, scope, outcome } = event;
    return outcome === "fetched" ? null : { account, of: "token", ...ofNone, outcome, detail: scope };
  }
  if (event.event === "account.held") {
    const { account, detail } = event;
    return { account, of: "account", ...ofNone, outcome: "held", detail };
  }
  return null;
}
