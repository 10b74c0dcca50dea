import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface SilentServer {
  readonly url: string;
  /** Number of connections accepted so far. */
  connections(): number;
  stop(): Promise<void>;
}

/** Accepts every connection and never answers, like a frozen Redis or sentinel. */
export async function startSilentServer(): Promise<SilentServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    connections: () => sockets.length,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
