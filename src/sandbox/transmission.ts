/**
 * How an answer leaves, or does not leave, the sandbox.
 *
 * Invariant: whatever it starts (a hang, a drip) ends with the connection, so
 * that closing the sandbox leaves no timer behind.
 */
import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Clock } from "./clock.ts";
import type { Reply } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";

type Encoding = "gzip" | "deflate" | "raw-deflate" | "br";

export type Transmission =
  | { readonly kind: "answer"; readonly reply: Reply }
  | { readonly kind: "encoded"; readonly reply: Reply; readonly as: Encoding }
  | { readonly kind: "reset" }
  | { readonly kind: "cut" }
  | { readonly kind: "cut-mid-answer"; readonly reply: Reply }
  | { readonly kind: "hang"; readonly limitMs: number }
  | { readonly kind: "drip"; readonly reply: Reply; readonly totalMs: number; readonly pieces: number };

export function transmit(
  exchange: Exchange,
  { transmission, clock }: { readonly transmission: Transmission; readonly clock: Clock },
): void {
  const { request, response } = exchange;
  switch (transmission.kind) {
    case "answer":
      writeHead(response, transmission.reply);
      response.end(transmission.reply.text);
      return;
    case "encoded":
      sendEncoded(response, { reply: transmission.reply, as: transmission.as });
      return;
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "cut":
      request.socket.destroy();
      return;
    case "cut-mid-answer":
      cutMidAnswer(exchange, transmission.reply);
      return;
    case "hang":
      whileOpen(
        response,
        setTimeout(() => request.socket.destroy(), clock.scaled(transmission.limitMs)),
      );
      return;
    case "drip":
      drip(response, {
        reply: transmission.reply,
        totalMs: clock.scaled(transmission.totalMs),
        pieces: transmission.pieces,
      });
      return;
  }
}

function writeHead(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(reply.text),
    ...reply.headers,
  });
}

/**
 * Sends a compressed answer, whether the client asked for it or not. Raw deflate is labelled `deflate`, as some
 * servers do.
 */
function sendEncoded(
  response: ServerResponse,
  { reply, as }: { readonly reply: Reply; readonly as: Encoding },
): void {
  const bytes = encode[as](reply.text);
  const name = as === "raw-deflate" ? "deflate" : as;
  writeHead(response, {
    ...reply,
    headers: { ...reply.headers, "content-encoding": name, "content-length": String(bytes.length) },
  });
  response.end(bytes);
}

const encode: Readonly<Record<Encoding, (text: string) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  "raw-deflate": deflateRawSync,
  br: brotliCompressSync,
};

function cutMidAnswer({ request, response }: Exchange, reply: Reply): void {
  writeHead(response, reply);
  response.write(reply.text.slice(0, Math.floor(reply.text.length / 2)), () => request.socket.destroy());
}

function drip(
  response: ServerResponse,
  { reply, totalMs, pieces }: { readonly reply: Reply; readonly totalMs: number; readonly pieces: number },
): void {
  const bytes = Buffer.from(reply.text);
  const pieceSize = Math.ceil(bytes.length / pieces);
  let sent = 0;
  writeHead(response, reply);
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + pieceSize));
    sent += pieceSize;
    if (sent >= bytes.length) response.end();
  }, totalMs / pieces);
  whileOpen(response, timer);
}

function whileOpen(response: ServerResponse, timer: NodeJS.Timeout): void {
  response.once("close", () => clearTimeout(timer));
}
