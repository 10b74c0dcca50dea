/**
 * Reports the results of an account's calls to its circuit breaker, separately for sends and checks.
 *
 * Calls are counted here and reported together, a few times a second. Probes and refusals of the credentials
 * are reported at once, because others wait for them. So are many failures that may open the breaker, because
 * every delay lets more calls go to a platform that is away.
 */
import type { BreakerLimits } from "./limits.ts";
import type { BreakerView, CallKind, CallReport, CallTally, SharedAccount } from "./ports.ts";

const REPORT_EVERY_MS = 250;
/** This many times the breaker's minimum of calls is reported at once. */
const MANY = 5;
const NONE: CallTally = { calls: 0, failures: 0 };
const NONE_MADE = { calls: 0, throttled: 0 };

interface CallListener {
  readonly onChange: (view: BreakerView) => void;
  /** The credentials were refused: the account is held until a person acts. */
  readonly onHold: (detail: string) => void;
  readonly onError: (error: unknown) => void;
  /** A token was asked for at its endpoint. */
  readonly onToken?: (fetch: TokenFetch) => void;
  /** A call waited for its rate; `isDenied`: it was put off instead. */
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
  /** Resolves when all reports under way are done. */
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

  /** Counts one call. Not ok: unreachable, without an answer, or 5xx. A token call counts for both kinds. */
  count(of: CallKind | "all", ok: boolean): void {
    if (of !== "check") this.#sends = added(this.#sends, ok);
    if (of !== "send") this.#checks = added(this.#checks, ok);
    this.#made = { ...this.#made, calls: this.#made.calls + 1 };
    // A failed token call is reported at once: many sends wait for the token, and fail with it.
    if (!ok && this.#underWay === 0 && (of === "all" || this.#mayOpen())) this.#reportNow();
    else this.#reportSoon();
  }

  /**
   * Whether the counted failures may open the breaker. Failures usually come sooner than answers, so a few of
   * them say nothing about the calls under way.
   */
  #mayOpen(): boolean {
    const { leastCalls, failurePercent } = this.#limits;
    return [this.#sends, this.#checks].some(
      ({ calls, failures }) => failures >= leastCalls * MANY && failures * 100 >= calls * failurePercent,
    );
  }

  /** Counts a call that the platform refused for its rate, or because it was asked about one entity too often. */
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

  /** Reports the probe: the one call that an open breaker allowed. */
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
