/**
 * Tells the circuit breaker how the account's calls went.
 *
 * Calls are counted here and reported together, a few times a second; a probe and a refusal of the
 * credentials are reported at once, because others wait for them.
 */
import type { BreakerLimits } from "./limits.ts";
import type { BreakerView, SharedAccount } from "./ports.ts";

export type CallHealth = "ok" | "failed" | "unauthorized";

const REPORT_EVERY_MS = 250;

export class CallMonitor {
  readonly #store: SharedAccount;
  readonly #limits: BreakerLimits;
  readonly #onChange: (view: BreakerView) => void;
  #calls = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #reporting: Promise<void> = Promise.resolve();

  constructor(store: SharedAccount, limits: BreakerLimits, onChange: (view: BreakerView) => void) {
    this.#store = store;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** Counts one call; a probe or a refusal is reported before this resolves. */
  async count(health: CallHealth, isProbe: boolean): Promise<void> {
    this.#calls += 1;
    if (health === "failed") this.#failures += 1;
    if (isProbe || health === "unauthorized") {
      await this.#report(isProbe && health !== "unauthorized" ? health : null, health === "unauthorized");
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#reporting = this.#report(null, false);
    }, REPORT_EVERY_MS);
  }

  /** Reports what is left. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#reporting;
    if (this.#calls > 0) await this.#report(null, false);
  }

  async #report(probe: "ok" | "failed" | null, unauthorized: boolean): Promise<void> {
    const [calls, failures] = [this.#calls, this.#failures];
    this.#calls = 0;
    this.#failures = 0;
    const view = await this.#store.reportCalls({ calls, failures, probe, unauthorized }, this.#limits);
    if (view.changed) this.#onChange(view);
  }
}
