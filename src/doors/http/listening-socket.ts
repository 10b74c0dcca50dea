/**
 * The listening socket of the API. It outlives the servers behind it: when the configuration is reloaded, the
 * new server takes over the socket while the old one answers its open requests, and no request is dropped.
 * Closing the server that gets the requests closes the socket.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { say } from "../../language/say.ts";
import { malformed, problemBody } from "./problem.ts";

export interface Door {
  serve(request: IncomingMessage, response: ServerResponse): void;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A request that has not arrived completely within this time is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than load balancers keep connections open, so that the server never closes one first. */
const KEEP_ALIVE_MS = 72_000;

export class ListeningSocket {
  readonly address: Address;
  readonly #server: Server;
  readonly #underWay = new Map<Door, Set<ServerResponse>>();
  #door: Door | null = null;

  private constructor(address: Address) {
    this.address = address;
    const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
    this.#server = createServer(timeouts, (request, response) => this.#pass(request, response));
    this.#server.on("clientError", (_error, socket: Socket) => {
      if (socket.writable) socket.end(UNREADABLE);
      else socket.destroy();
    });
  }

  /** Rejects when the port is taken. */
  static async open(address: Address, door: Door): Promise<ListeningSocket> {
    const socket = new ListeningSocket(address);
    socket.hand(door);
    await new Promise<void>((resolve, reject) => {
      socket.#server.once("error", reject);
      socket.#server.listen(address, resolve);
    });
    return socket;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host } = this.address;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  /** From now on this server gets the requests. */
  hand(door: Door): void {
    this.#underWay.set(door, new Set());
    this.#door = door;
  }

  /** Whether this server gets the requests; then the socket is closed with it. */
  mayAccept(door: Door): boolean {
    return this.#door === door;
  }

  /** Resolves when the server has answered all its open requests, or has cut them off after `graceMs`. */
  async leave(door: Door, graceMs: number): Promise<void> {
    const closed = this.mayAccept(door) ? this.#close() : Promise.resolve();
    const responses = this.#underWay.get(door) ?? new Set();
    const cutting = setTimeout(() => {
      for (const response of responses) response.destroy();
      if (this.mayAccept(door)) this.#server.closeAllConnections();
    }, graceMs);
    const ends = [...responses].map(
      (response) => new Promise<void>((resolve) => void response.once("close", resolve)),
    );
    await Promise.all([closed, ...ends]);
    clearTimeout(cutting);
    this.#underWay.delete(door);
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const door = this.#door;
    if (door === null) return void response.destroy();
    const responses = this.#underWay.get(door);
    responses?.add(response);
    response.once("close", () => responses?.delete(response));
    door.serve(request, response);
  }

  async #close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const UNREADABLE = [
  "HTTP/1.1 400 Bad Request",
  "Connection: close",
  "Content-Type: application/problem+json",
  "",
  JSON.stringify(problemBody(malformed(say("expected an HTTP/1.1 request")), { requestId: "unknown" })),
].join("\r\n");
