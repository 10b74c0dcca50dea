/**
 * Tells the circuit breaker how the account's calls went.
 *
 * Calls are counted here and reported together, a few times a second; a probe and a refusal of the
 * credentials are reported at once, because others wait for them.
 */
import type { BreakerLimits } from "./limits.ts";
import type { BreakerView, CallReport, SharedAccount } from "./ports.ts";

const REPORT_EVERY_MS = 250;

interface CallListener {
  readonly onChange: (view: BreakerView) => void;
  /** The credentials were refused: the account is held, a person must look. */
  readonly onHold: (detail: string) => void;
  readonly onError: (error: unknown) => void;
  /** A token was asked for at its endpoint. */
  readonly onToken?: (fetch: TokenFetch) => void;
  /** A call waited for its rate; denied: it was put off by it. */
  readonly onRate?: (bucket: string, waitedMs: number, isDenied: boolean) => void;
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
  #calls = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #reporting: Promise<void> = Promise.resolve();

  constructor(store: SharedAccount, limits: BreakerLimits, listener: CallListener) {
    this.#store = store;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Counts one call; failed means unreachable, without an answer, or 5xx. */
  count(ok: boolean): void {
    this.#calls += 1;
    if (!ok) this.#failures += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#reporting = this.#flush().catch(this.#listener.onError);
    }, REPORT_EVERY_MS);
  }

  tokenFetched(fetch: TokenFetch): void {
    this.#listener.onToken?.(fetch);
  }

  rateWaited(bucket: string, waitedMs: number, isDenied: boolean): void {
    if (waitedMs > 0 || isDenied) this.#listener.onRate?.(bucket, waitedMs, isDenied);
  }

  budgetAsked(isDenied: boolean): void {
    this.#listener.onBudget?.(isDenied);
  }

  /** Reports the one call that was let through an open breaker. */
  async probed(ok: boolean): Promise<void> {
    await this.#report({ calls: 0, failures: 0, probe: ok ? "ok" : "failed", unauthorized: false });
  }

  /** Holds the account: fresh credentials were refused. */
  async hold(detail: string): Promise<void> {
    this.#listener.onHold(detail);
    await this.#report({ calls: 0, failures: 0, probe: null, unauthorized: true });
  }

  /** Reports what is left. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#reporting;
    await this.#flush().catch(this.#listener.onError);
  }

  async #flush(): Promise<void> {
    if (this.#calls === 0) return;
    const report = { calls: this.#calls, failures: this.#failures, probe: null, unauthorized: false };
    this.#calls = 0;
    this.#failures = 0;
    await this.#report(report);
  }

  async #report(report: CallReport): Promise<void> {
    const view = await this.#store.reportCalls(report, this.#limits);
    if (view.changed) this.#listener.onChange(view);
  }
}
