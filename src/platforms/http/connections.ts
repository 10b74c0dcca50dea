/**
 * A pool of connections. Sends and checks have separate pools, so that neither waits behind the other.
 *
 * Nothing ever queues inside undici: each call has a connection to itself.
 */
import { PlatformConnection, type ConnectionOptions } from "./connection.ts";

/** Takes a connection for its call. False if the call no longer needs one; the connection then stays free. */
type Taker = (connection: PlatformConnection) => boolean;

export class Connections {
  readonly #options: ConnectionOptions;
  readonly #most: number;
  /** The connection that was used last is taken first. */
  readonly #idle: PlatformConnection[] = [];
  readonly #open = new Set<PlatformConnection>();
  readonly #waiting: Taker[] = [];

  /** @param most how many connections may be open; further calls wait. `Infinity` where the caller limits its calls */
  constructor(most: number, options: ConnectionOptions) {
    this.#most = most;
    this.#options = options;
  }

  /** How many connections are open, idle ones included. */
  get size(): number {
    return this.#open.size;
  }

  /** A connection for one call; null if all are taken: the caller then waits by `whenFree`. */
  take({ isFresh }: { readonly isFresh: boolean }): PlatformConnection | null {
    if (!isFresh) {
      const idle = this.#takeIdle();
      if (idle !== null) return idle;
    }
    if (this.#open.size >= this.#most && !this.#closeIdle()) return null;
    const connection = new PlatformConnection(this.#options);
    this.#open.add(connection);
    return connection;
  }

  whenFree(take: Taker): () => void {
    this.#waiting.push(take);
    return () => {
      const at = this.#waiting.indexOf(take);
      if (at !== -1) this.#waiting.splice(at, 1);
    };
  }

  /** Gives a connection back after a completed call. */
  giveBack(connection: PlatformConnection): void {
    if (!this.#open.has(connection)) return;
    if (connection.isStillSending()) return this.drop(connection);
    connection.rest();
    this.#closeTired();
    this.#idle.push(connection);
    this.#serve();
  }

  /** Removes a connection that no further call may use. */
  drop(connection: PlatformConnection): void {
    this.#open.delete(connection);
    connection.reset();
    this.#serve();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  #takeIdle(): PlatformConnection | null {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return null;
      if (idle.isUsable()) return idle;
      this.#close(idle);
    }
  }

  /**
   * Closes idle connections that are too old. Where each call needs a fresh connection, nothing else would
   * close them.
   */
  #closeTired(): void {
    for (;;) {
      const [oldest] = this.#idle;
      if (oldest === undefined || oldest.isUsable()) return;
      this.#idle.shift();
      this.#close(oldest);
    }
  }

  /** Makes room by closing the connection that has been idle longest; false if none is idle. */
  #closeIdle(): boolean {
    const idle = this.#idle.shift();
    if (idle !== undefined) this.#close(idle);
    return idle !== undefined;
  }

  #close(connection: PlatformConnection): void {
    this.#open.delete(connection);
    void connection.close();
  }

  #serve(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const connection = this.take({ isFresh: false });
      if (connection === null) return;
      this.#waiting.shift();
      if (next(connection)) return;
      this.#idle.push(connection);
    }
  }
}
