/**
 * Lets callers wait for the end of a delivery.
 *
 * One read every quarter of a second for all who wait, and none while nobody waits. Not pub/sub, which loses
 * messages when the connection breaks, so that reads would be needed anyway.
 */
interface EndWatchOptions {
  readonly everyMs: number;
  /** Which of these deliveries have ended. */
  readonly ended: (account: string, ids: readonly string[]) => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
}

interface AwaitedEnd {
  readonly account: string;
  readonly id: string;
}

interface Waiter extends AwaitedEnd {
  readonly done: () => void;
}

export class EndWatch {
  readonly #options: EndWatchOptions;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: EndWatchOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves when the delivery has ended, after `ms`, when the caller is gone, or when this stops. */
  async wait(
    { account, id }: AwaitedEnd,
    { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (this.#stopped || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timeout);
        signal.removeEventListener("abort", done);
        this.#waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { account, id, done };
      const timeout = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#waiters.add(waiter);
      this.#plan();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { done } of this.#waiters) done();
    await this.#looking;
  }

  #plan(): void {
    if (this.#timer !== null || this.#stopped || this.#waiters.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch(this.#options.onError)
        .finally(() => {
          this.#timer = null;
          this.#plan();
        });
    }, this.#options.everyMs);
  }

  async #look(): Promise<void> {
    const byAccount = Map.groupBy(this.#waiters, ({ account }) => account);
    await Promise.all(
      [...byAccount].map(async ([account, waiters]) => {
        const ids = [...new Set(waiters.map(({ id }) => id))];
        const ended = new Set(await this.#options.ended(account, ids));
        for (const { id, done } of waiters) if (ended.has(id)) done();
      }),
    );
  }
}
