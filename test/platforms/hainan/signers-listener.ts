/**
 * A server on loopback that remembers what came and answers as a test says.
 */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Listener {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** @param answer null cuts the connection, "silence" answers nothing */
export async function startListener(
  answer: (request: Seen) => { readonly status: number; readonly text: string } | null | "silence",
): Promise<Listener> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, text: await textOf(request) };
      seen.push(one);
      const reply = answer(one);
      if (reply === "silence") return;
      if (reply === null) request.socket.destroy();
      else response.writeHead(reply.status).end(reply.text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
