/**
 * A proxy before the API that can lose answers: the request arrives, and what it was answered does not. Or it
 * breaks: it answers itself.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface LossyProxy {
  readonly url: string;
  /** How many of the next answers are lost. */
  lose: number;
  /** How many of the next requests arrive before it answers 500 itself; null for all. */
  breaksAfter: number | null;
  /** Bodies of all requests that came along. */
  readonly bodies: string[];
  close(): Promise<void>;
}

export async function startLossyProxy(to: string): Promise<LossyProxy> {
  const server = createServer((request, response) => void relay(request, response)).listen(0, "127.0.0.1");
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    proxy.bodies.push(body.toString());
    if (proxy.breaksAfter === 0) {
      response.writeHead(500, { "content-type": "text/html" }).end("<h1>Oops</h1>");
      return;
    }
    if (proxy.breaksAfter !== null) proxy.breaksAfter -= 1;
    const answer = await fetch(`${to}${request.url ?? ""}`, {
      method: request.method ?? "GET",
      headers: headersOf(request),
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    if (proxy.lose > 0) {
      proxy.lose -= 1;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
  };
  await once(server, "listening");
  const proxy: LossyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose: 0,
    breaksAfter: null,
    bodies: [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization, "content-type": type } = headers;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(type === undefined ? {} : { "content-type": type }),
  };
}
