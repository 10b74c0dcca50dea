/**
 * The connections of one kind of calls. Sends and checks have their own, so that neither waits behind the
 * other.
 *
 * Nothing ever waits inside undici: each call has a connection to itself.
 */
import { Connection, type ConnectionOptions } from "./connection.ts";

/** Takes a connection for its call. False where it no longer wants one: the connection stays as it was. */
type Taker = (connection: Connection) => boolean;

export class Connections {
  readonly #options: ConnectionOptions;
  readonly #most: number;
  /** The one used last is used first. */
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  readonly #waiting: Taker[] = [];

  /** @param most calls beyond wait for one; `Infinity` where the caller bounds them */
  constructor(most: number, options: ConnectionOptions) {
    this.#most = most;
    this.#options = options;
  }

  /** Those that there are, idle ones among them. */
  get size(): number {
    return this.#open.size;
  }

  /** A connection for one call, or null where all are taken: then `whenFree` is called with one later. */
  take({ isFresh }: { readonly isFresh: boolean }): Connection | null {
    if (!isFresh) {
      const idle = this.#takeIdle();
      if (idle !== null) return idle;
    }
    if (this.#open.size >= this.#most && !this.#closeIdle()) return null;
    const connection = new Connection(this.#options);
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

  /** Back after a call that came to its end. */
  giveBack(connection: Connection): void {
    if (!this.#open.has(connection)) return;
    if (connection.isStillSending()) return this.drop(connection);
    connection.rest();
    this.#closeTired();
    this.#idle.push(connection);
    this.#serve();
  }

  /** A connection that no further call may use. */
  drop(connection: Connection): void {
    this.#open.delete(connection);
    connection.reset();
    this.#serve();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  #takeIdle(): Connection | null {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return null;
      if (idle.isUsable()) return idle;
      this.#close(idle);
    }
  }

  /** Where each call has a fresh connection, idle ones would never be closed otherwise. */
  #closeTired(): void {
    for (;;) {
      const [oldest] = this.#idle;
      if (oldest === undefined || oldest.isUsable()) return;
      this.#idle.shift();
      this.#close(oldest);
    }
  }

  /** Makes room by closing the one that has been idle the longest; false if none is. */
  #closeIdle(): boolean {
    const idle = this.#idle.shift();
    if (idle !== undefined) this.#close(idle);
    return idle !== undefined;
  }

  #close(connection: Connection): void {
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
