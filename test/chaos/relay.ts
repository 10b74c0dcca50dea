/**
 * A TCP relay between a process and its peer, with faults on command.
 *
 *   reset   every connection is reset, new ones at once
 *   refuse  the same, and new connections are refused
 *   freeze  nothing passes; held bytes pass afterwards
 *   mute    bytes to the peer are dropped; the connection breaks afterwards
 *   deaf    bytes from the peer are dropped; the connection breaks afterwards
 *   forget  nothing passes on open connections, and they never break; new ones work
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { WireTrouble } from "./plan.ts";

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** Bytes were dropped, so this connection must break. */
  spoilt: boolean;
  /** As behind a firewall that has dropped its state: nothing passes, and neither end is told. */
  forgotten: boolean;
  readonly held: { readonly to: Socket; readonly bytes: Buffer }[];
}

export class Relay {
  #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #port = 0;
  #trouble: WireTrouble | null = null;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (near) => this.#welcome(near));
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Leads new connections to this port; open ones keep their target. */
  leadTo(port: number): void {
    this.#target = { ...this.#target, port };
  }

  async begin(trouble: WireTrouble): Promise<void> {
    if (this.#trouble !== null) await this.end();
    this.#trouble = trouble;
    if (trouble === "reset" || trouble === "refuse") this.#breakAll(() => true);
    if (trouble === "refuse") await this.#stopListening();
    if (trouble === "forget") for (const pair of this.#pairs) pair.forgotten = true;
  }

  async end(): Promise<void> {
    const trouble = this.#trouble;
    this.#trouble = null;
    this.#breakAll(({ spoilt }) => spoilt);
    for (const { held } of this.#pairs) {
      for (const { to, bytes } of held.splice(0)) to.write(bytes);
    }
    if (trouble === "refuse") await this.open();
  }

  async close(): Promise<void> {
    this.#trouble = "reset";
    this.#breakAll(() => true);
    if (this.#server.listening) await this.#stopListening();
  }

  async #stopListening(): Promise<void> {
    this.#server.close();
    this.#breakAll(() => true);
    await once(this.#server, "close");
  }

  #welcome(near: Socket): void {
    if (this.#trouble === "reset" || this.#trouble === "refuse") {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#target, noDelay: true });
    const pair: Pair = { near, far, spoilt: false, forgotten: false, held: [] };
    this.#pairs.add(pair);
    this.#carry(pair, near, far, "mute");
    this.#carry(pair, far, near, "deaf");
  }

  #carry(pair: Pair, from: Socket, to: Socket, lostWhen: WireTrouble): void {
    from.on("data", (bytes: Buffer) => {
      if (pair.forgotten) return;
      if (this.#trouble === lostWhen) pair.spoilt = true;
      else if (this.#trouble === "freeze") pair.held.push({ to, bytes });
      // No bytes after a gap may pass.
      else if (!pair.spoilt) to.write(bytes);
    });
    from.on("error", () => this.#break(pair));
    // A close is passed on after the bytes before it.
    from.on("close", () => {
      if (pair.forgotten && from === pair.far) return;
      this.#pairs.delete(pair);
      to.end(() => to.destroy());
    });
  }

  #breakAll(isMeant: (pair: Pair) => boolean): void {
    for (const pair of [...this.#pairs].filter(isMeant)) this.#break(pair);
  }

  #break(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    for (const socket of [pair.near, pair.far]) {
      if (!socket.destroyed) socket.resetAndDestroy();
    }
  }
}
