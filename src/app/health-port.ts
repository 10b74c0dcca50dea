/**
 * Answers /livez and /readyz on BIDA_HEALTH_PORT, from before the process connects to Redis until it ends.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Readiness } from "./running-worker.ts";
import { healthPort } from "../config/environment.ts";
import { explainListening } from "./listen.ts";

export interface HealthPort {
  close(): void;
}

/** Null where no port is configured. @throws ConfigError when the port cannot be listened on */
export async function openHealthPort(readiness: () => Readiness): Promise<HealthPort | null> {
  const port = healthPort();
  if (port === null) return null;
  const server = healthServer(readiness);
  server.listen(port);
  try {
    await once(server, "listening");
  } catch (error) {
    throw explainListening("BIDA_HEALTH_PORT", { address: { port }, error });
  }
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function healthServer(readiness: () => Readiness): Server {
  return createServer((request, response) => {
    const isReadiness = request.url === "/readyz";
    const { ready, reasons } = isReadiness ? readiness() : { ready: request.url === "/livez", reasons: [] };
    // Nobody reads a body here, in chunks or whole.
    if (request.headers["transfer-encoding"] !== undefined) response.shouldKeepAlive = false;
    const status = ready ? 200 : isReadiness ? 503 : 404;
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify({ ready, reasons }));
  });
}
