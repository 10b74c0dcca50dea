/**
 * The sandbox' listening socket and all its connections. "Going dark" closes both for a while: connections are
 * then really refused, which no fault of a single call can play.
 *
 * Invariant: `close()` resolves when no connection and no timer is left; it may
 * be called twice, and ends a darkness.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #dawn: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(server: Server, { host, port }: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.#host = host;
    this.#port = port;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // Clients may break off or send nonsense.
    server.on("clientError", (_error, socket) => socket.destroy());
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#server.listen({ port: this.#port, host: this.#host, backlog: 1_024 });
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones for this long. */
  async goDark(forMs: number): Promise<void> {
    if (this.#isClosed || this.#dawn) return;
    this.#dawn = setTimeout(() => {
      this.#dawn = null;
      this.#reopen();
    }, forMs);
    await this.#shut();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#dawn) clearTimeout(this.#dawn);
    await this.#shut();
  }

  async #shut(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    const gone = [...this.#sockets].map(async (socket) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.once("close", () => resolve());
      socket.destroy();
      return promise;
    });
    await Promise.all(gone);
  }

  #reopen(): void {
    const reopened = this.open().then(async () => (this.#isClosed ? this.#shut() : undefined));
    reopened.catch((error: unknown) => {
      process.stderr.write(`sandbox: cannot listen on ${this.#port} again: ${String(error)}\n`);
    });
  }
}
