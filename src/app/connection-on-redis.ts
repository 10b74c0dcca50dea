/**
 * The connection of the command line without a running API: the same HTTP server, in this process and without a
 * socket. So all rules of the API hold here too, and the audit log records who did what.
 *
 * Bulk actions run as long as the connection is open.
 */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Connection, ConnectOptions } from "../doors/cli/connection.ts";
import { BidaClient } from "../doors/client/bida-client.ts";
import { deliveryRoutes } from "../doors/http/delivery-routes.ts";
import { enqueueRoutes } from "../doors/http/enqueue-routes.ts";
import { KeyRing } from "../doors/http/keys.ts";
import { sessionRoutes } from "../doors/http/session-routes.ts";
import { openDoor } from "../doors/http/server.ts";
import type { Config } from "../config/config.ts";
import { actionClock, endWatch } from "./operations-clocks.ts";
import { VERSION } from "./version.ts";
import { openOperations } from "./operations-context.ts";
import { operatorRoutes } from "./operator-routes.ts";

export interface RedisConnectOptions {
  readonly config: Config;
  /** The name of the person at the terminal, for timelines and the audit log. */
  readonly person: string;
  /** Wraps what makes the calls. */
  readonly watching: (ask: typeof fetch) => typeof fetch;
  readonly onWait: ConnectOptions["onWait"];
  readonly onBug: (error: unknown) => void;
}

const DRAIN_MS = 10_000;
/** Short, because a person waits for the command when Redis is away. */
const PATIENCE_MS = 3_000;

export function openRedisConnection({
  config,
  person,
  watching,
  onWait = () => undefined,
  onBug,
}: RedisConnectOptions): Connection {
  const onError = (): void => undefined; // The call that fails reports it.
  const operations = openOperations({ config, onError });
  const { context, enqueueContext, close } = operations;
  const ends = endWatch(context, onError);
  const key = randomBytes(32).toString("base64url");
  const sha256 = createHash("sha256").update(key).digest("hex");
  const keys = new KeyRing([{ name: person, role: "admin", sha256, rate: 1_000_000 }]);
  const { prefix } = config.redis;
  const environment = config.api.environment ?? null;
  const door = openDoor({
    keys,
    routes: [
      ...enqueueRoutes(context, enqueueContext),
      ...deliveryRoutes(context, ends),
      ...operatorRoutes(operations, config),
      ...sessionRoutes({ context, keys, prefix, version: VERSION, environment, hasSandbox: false }),
    ],
    pages: [],
    isAway: context.isAway,
    isStopping: () => false,
    onAnswered: () => undefined,
    onBug,
  });
  const clock = actionClock(context, onError);
  clock.start();
  const url = "http://inside";
  return {
    client: new BidaClient({
      url,
      key,
      fetch: watching(fetchThrough(door)),
      patienceMs: PATIENCE_MS,
      numbers: "exact",
      onWait,
    }),
    where: "Redis",
    close: async () => {
      await ends.stop();
      await Promise.all([door.close(), clock.stop(DRAIN_MS)]);
      await close();
    },
  };
}

/** A `fetch` that the server in this process answers. */
function fetchThrough(door: FastifyInstance): typeof fetch {
  return async (input, init) => {
    const { method = "GET", headers, body } = init ?? {};
    const url = new URL(input instanceof Request ? input.url : input);
    const answer = await door.inject({
      method: method as "GET" | "POST" | "DELETE",
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(new Headers(headers)),
      payloadAsStream: true,
      ...(typeof body === "string" ? { payload: body } : {}),
    });
    return new Response(Readable.toWeb(answer.stream()) as ReadableStream<Uint8Array>, {
      status: answer.statusCode,
      headers: flat(answer.headers),
    });
  };
}

function flat(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, String(value));
  return all;
}
