/**
 * The command line's desk without an API: the same HTTP door, opened in this process and never on a
 * socket. So every rule of the API holds here too, and who did what is written down as there.
 *
 * Bulk actions run as long as the desk is open.
 */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Desk } from "../doors/cli/desk.ts";
import { BidaClient } from "../doors/client/bida-client.ts";
import { accountRoutes } from "../doors/http/account-routes.ts";
import { deliveryRoutes } from "../doors/http/delivery-routes.ts";
import { enqueueRoutes } from "../doors/http/enqueue-routes.ts";
import { KeyRing } from "../doors/http/keys.ts";
import { letterRoutes } from "../doors/http/letter-routes.ts";
import { searchRoutes } from "../doors/http/search-routes.ts";
import { sessionRoutes } from "../doors/http/session-routes.ts";
import { openDoor } from "../doors/http/server.ts";
import type { Config } from "./config.ts";
import { actionClock, endWatch } from "./operations-clocks.ts";
import { VERSION } from "./version.ts";
import { openOperations } from "./operations-world.ts";

export interface RedisDeskOptions {
  readonly config: Config;
  /** Who sits at the terminal: the name on timelines and in the audit. */
  readonly person: string;
  readonly onBug: (error: unknown) => void;
}

const DRAIN_MS = 10_000;
/** Redis that is away is away: nobody waits for long at a terminal. */
const PATIENCE_MS = 3_000;

export function openRedisDesk({ config, person, onBug }: RedisDeskOptions): Desk {
  const onError = (): void => undefined; // Told by the call that fails.
  const { world, enqueueWorld, close } = openOperations({ config, onError });
  const ends = endWatch(world, onError);
  const key = randomBytes(32).toString("base64url");
  const sha256 = createHash("sha256").update(key).digest("hex");
  const keys = new KeyRing([{ name: person, role: "admin", sha256, rate: 1_000_000 }]);
  const { prefix } = config.redis;
  const environment = config.api.environment ?? null;
  const door = openDoor({
    keys,
    routes: [
      ...enqueueRoutes(world, enqueueWorld),
      ...deliveryRoutes(world, ends),
      ...letterRoutes(world),
      ...accountRoutes(world),
      ...searchRoutes(world),
      ...sessionRoutes({ world, keys, prefix, version: VERSION, environment }),
    ],
    pages: [],
    isAway: world.isAway,
    isStopping: () => false,
    onAnswered: () => undefined,
    onBug,
  });
  const clock = actionClock(world, onError);
  clock.start();
  const url = "http://inside";
  return {
    client: new BidaClient({
      url,
      key,
      fetch: fetchThrough(door),
      patienceMs: PATIENCE_MS,
      numbers: "exact",
    }),
    where: "Redis",
    close: async () => {
      await ends.stop();
      await Promise.all([door.close(), clock.stop(DRAIN_MS)]);
      await close();
    },
  };
}

/** `fetch`, answered by the door itself. */
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
