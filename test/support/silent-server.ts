import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface SilentServer {
  readonly url: string;
  /** How many connections it has taken so far. */
  connections(): number;
  stop(): Promise<void>;
}

/** Takes every connection and never says a word, as a Redis or sentinel that is frozen does. */
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
