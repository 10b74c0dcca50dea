/**
 * A server on loopback that sends raw bytes: for answers that no HTTP library would give.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface LyingServer {
  readonly url: string;
  /** Each complete request that arrived, head and body. */
  readonly requests: readonly string[];
  /** Resolves when the server and its connections are closed. */
  close(): Promise<void>;
}

/** What the server does with one complete request: writes any bytes, cuts the connection, or stays silent. */
export type Reply = (socket: Socket, request: string) => void;

/** Calls `reply` once for each complete request. */
export async function startLyingServer(reply: Reply): Promise<LyingServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client may close the connection at any time.
    socket.on("error", () => undefined);
    let received = "";
    socket.on("data", (data) => {
      received += data.toString("utf8");
      if (!isWhole(received)) return;
      const request = received;
      received = "";
      requests.push(request);
      reply(socket, request);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** A complete HTTP answer as bytes. */
export function anAnswer(
  body: string | Buffer,
  { status = "200 OK", headers = [] }: { status?: string; headers?: readonly string[] } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `content-length: ${bytes.length}`, ...headers].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]);
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return Buffer.byteLength(text.slice(end + 4)) >= length;
}
