/**
 * Reports to the circuit breaker how the account's calls went, sends and checks apart.
 *
 * Calls are counted here and reported together, a few times a second. A probe and a refusal of the credentials are
 * reported at once, because others wait for them; so are many failures that may open the breaker, because each moment
 * of waiting lets more calls go to a platform that is away.
 */
import type { BreakerLimits } from "./limits.ts";
import type { BreakerView, CallKind, CallReport, CallTally, SharedAccount } from "./ports.ts";

const REPORT_EVERY_MS = 250;
/** So many times the least number of calls that the breaker decides on are reported at once. */
const MANY = 5;
const NONE: CallTally = { calls: 0, failures: 0 };
const NONE_MADE = { calls: 0, throttled: 0 };

interface CallListener {
  readonly onChange: (view: BreakerView) => void;
  /** The credentials were refused: the account is held, a person must look. */
  readonly onHold: (detail: string) => void;
  readonly onError: (error: unknown) => void;
  /** A token was asked for at its endpoint. */
  readonly onToken?: (fetch: TokenFetch) => void;
  /** A call waited for its rate; denied: it was put off by it. */
  readonly onRate?: (
    bucket: string,
    options: { readonly waitedMs: number; readonly isDenied: boolean },
  ) => void;
  /** A check asked for its place in the platform's budget. */
  readonly onBudget?: (isDenied: boolean) => void;
}

interface TokenFetch {
  readonly scope: string;
  readonly outcome: string;
  readonly durationMs: number;
}

export class CallMonitor {
  readonly #store: SharedAccount;
  readonly #limits: BreakerLimits;
  readonly #listener: CallListener;
  #sends: CallTally = NONE;
  #checks: CallTally = NONE;
  #made = NONE_MADE;
  #timer: NodeJS.Timeout | null = null;
  /** Until all that have begun are over. */
  #reporting: Promise<unknown> = Promise.resolve();
  #underWay = 0;

  constructor(
    store: SharedAccount,
    { limits, listener }: { readonly limits: BreakerLimits; readonly listener: CallListener },
  ) {
    this.#store = store;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Counts one call; failed means unreachable, without an answer, or 5xx. A token is wanted by both kinds. */
  count(of: CallKind | "all", ok: boolean): void {
    if (of !== "check") this.#sends = added(this.#sends, ok);
    if (of !== "send") this.#checks = added(this.#checks, ok);
    this.#made = { ...this.#made, calls: this.#made.calls + 1 };
    // Behind one token that cannot be fetched wait many sends, which all fail with it.
    if (!ok && this.#underWay === 0 && (of === "all" || this.#mayOpen())) this.#reportNow();
    else this.#reportSoon();
  }

  /** Failures come sooner than answers, as a rule: a few of them alone say nothing about calls that are under way. */
  #mayOpen(): boolean {
    const { leastCalls, failurePercent } = this.#limits;
    return [this.#sends, this.#checks].some(
      ({ calls, failures }) => failures >= leastCalls * MANY && failures * 100 >= calls * failurePercent,
    );
  }

  /** One of those that were counted was refused by the platform for its rate, or asked about a thing too often. */
  throttled(): void {
    this.#made = { ...this.#made, throttled: this.#made.throttled + 1 };
    this.#reportSoon();
  }

  #reportSoon(): void {
    this.#timer ??= setTimeout(() => this.#reportNow(), REPORT_EVERY_MS);
  }

  #reportNow(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#underWay += 1;
    const report = this.#flush()
      .catch(this.#listener.onError)
      .finally(() => {
        this.#underWay -= 1;
      });
    this.#reporting = Promise.all([this.#reporting, report]);
  }

  tokenFetched(fetch: TokenFetch): void {
    this.#listener.onToken?.(fetch);
  }

  rateWaited(
    bucket: string,
    { waitedMs, isDenied }: { readonly waitedMs: number; readonly isDenied: boolean },
  ): void {
    if (waitedMs > 0 || isDenied) this.#listener.onRate?.(bucket, { waitedMs, isDenied });
  }

  budgetAsked(isDenied: boolean): void {
    this.#listener.onBudget?.(isDenied);
  }

  /** Reports the one call that was let through an open breaker. */
  async probed(of: CallKind, ok: boolean): Promise<void> {
    await this.#report({ sends: NONE, checks: NONE, probe: { of, ok }, unauthorized: false });
  }

  /** Holds the account: fresh credentials were refused. */
  async hold(detail: string): Promise<void> {
    this.#listener.onHold(detail);
    await this.#report({ sends: NONE, checks: NONE, probe: null, unauthorized: true });
  }

  /** Reports what is left. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#reporting;
    await this.#flush().catch(this.#listener.onError);
  }

  async #flush(): Promise<void> {
    const made = this.#made;
    const report = { sends: this.#sends, checks: this.#checks, made, probe: null, unauthorized: false };
    if (made.calls + made.throttled === 0) return;
    this.#sends = NONE;
    this.#checks = NONE;
    this.#made = NONE_MADE;
    await this.#report(report);
  }

  async #report(report: CallReport): Promise<void> {
    const view = await this.#store.reportCalls(report, this.#limits);
    if (view.changed) this.#listener.onChange(view);
  }
}

function added({ calls, failures }: CallTally, ok: boolean): CallTally {
  return { calls: calls + 1, failures: ok ? failures : failures + 1 };
}
