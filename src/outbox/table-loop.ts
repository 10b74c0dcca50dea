/**
 * Runs rounds on a session of the database until it is stopped. A session that fails is closed, and the next
 * round opens a new one, so that a database that is away only costs time.
 */
import { growingPauseMs } from "../delivery/backoff.ts";
import { messageOf } from "../delivery/error-words.ts";
import { pause } from "../waiting/waiting.ts";
import type { OpenTable, OutboxTable } from "./ports.ts";

interface TableLoopOptions {
  readonly open: OpenTable;
  /** One round, which ends with the wait for the next one. */
  readonly round: (table: OutboxTable, turn: TableRound) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export interface TableRound {
  readonly signal: AbortSignal;
  /** The round has got something done. With a large backlog a round takes minutes. */
  readonly progressed: () => void;
}

const PAUSE_MS = { first: 250, most: 5_000 };
const PATIENCE_MS = 5_000;

export class TableLoop {
  readonly #options: TableLoopOptions;
  readonly #leaving = new AbortController();
  #running: Promise<void> | null = null;
  #table: OutboxTable | null = null;
  #failed: { readonly since: number; readonly why: string } | null = {
    since: Number.NEGATIVE_INFINITY,
    why: "it has not reached its database",
  };

  constructor(options: TableLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Why nothing has succeeded for a while; null if something has. */
  get complaint(): string | null {
    if (this.#failed === null) return null;
    return performance.now() - this.#failed.since > PATIENCE_MS ? this.#failed.why : null;
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { round, onError } = this.#options;
    const { signal } = this.#leaving;
    let failures = 0;
    const progressed = (): void => {
      this.#failed = null;
      failures = 0;
    };
    while (!signal.aborted) {
      try {
        await round(await this.#opened(), { signal, progressed });
        progressed();
      } catch (error) {
        const why = messageOf(error);
        this.#failed = { since: this.#failed?.since ?? performance.now(), why };
        onError(error);
        await this.#hangUp();
        await pause(growingPauseMs(failures, PAUSE_MS), signal);
        failures += 1;
      }
    }
    await this.#hangUp();
  }

  async #opened(): Promise<OutboxTable> {
    if (this.#table !== null) return this.#table;
    const table = await this.#options.open();
    this.#table = table;
    await table.verify();
    return table;
  }

  /** Closes the session; one that cannot be closed in order is dropped. */
  async #hangUp(): Promise<void> {
    const table = this.#table;
    this.#table = null;
    await table?.close().catch(() => undefined);
  }
}
