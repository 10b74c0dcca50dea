/**
 * Asks a proxy for a tunnel (`CONNECT`). It contains nothing of a call, so whatever fails here, nothing has
 * left.
 */
import type { Socket } from "node:net";
import type { Endpoint } from "./route.ts";

/** A proxy's answer to CONNECT has no body, and a head no longer than this. */
const LONGEST_HEAD = 16_384;

/** Resolves when the socket leads to `target`. */
export async function openTunnel(
  socket: Socket,
  { target, authorization }: { readonly target: Endpoint; readonly authorization: string | null },
): Promise<void> {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const lines = [
    `CONNECT ${host}:${target.port} HTTP/1.1`,
    `host: ${host}:${target.port}`,
    ...(authorization === null ? [] : [`proxy-authorization: ${authorization}`]),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const status = await readStatus(socket);
  if (status < 200 || status > 299) throw new TunnelRefused(status);
}

/** What HTTP 407 means, for a person. */
export const PROXY_REFUSES = "the proxy refuses its user and password, or asks for them (HTTP 407)";

class TunnelRefused extends Error {
  readonly code: string;
  constructor(status: number) {
    super("the proxy refused the tunnel");
    const said = status === 0 ? "no HTTP" : `HTTP ${status}`;
    this.code = status === 407 ? PROXY_REFUSES : `the proxy answered ${said}`;
  }
}

async function readStatus(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = "";
    const stop = (): void =>
      void socket.off("data", read).off("error", fail).off("end", end).off("close", end);
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const end = (): void => fail(Object.assign(new Error("closed"), { code: "the proxy hung up" }));
    const tooMuch = (): void => fail(Object.assign(new Error("noise"), { code: "the proxy sent too much" }));
    const read = (data: Buffer): void => {
      head += data.toString("latin1");
      if (head.length > LONGEST_HEAD) return tooMuch();
      const whole = head.indexOf("\r\n\r\n");
      if (whole === -1) return;
      stop();
      socket.pause();
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
      // A server behind the tunnel never sends first, so further bytes are an error.
      if (head.length > whole + 4) return tooMuch();
      resolve(status);
    };
    socket.on("data", read).on("error", fail).once("end", end).once("close", end);
  });
}
