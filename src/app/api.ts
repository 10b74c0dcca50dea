/**
 * The API: the HTTP server, and the clock that runs bulk actions.
 *
 * `stop()` takes no new requests, answers those under way (one that waits for a delivery at once), finishes the
 * round of an action, and closes.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { messageOf } from "../delivery/error-words.ts";
import { contract } from "../doors/http/contract.ts";
import { deliveryRoutes } from "../doors/http/delivery-routes.ts";
import { docsPage } from "../doors/http/docs-page.ts";
import { ListeningSocket, type Door } from "../doors/http/listening-socket.ts";
import { enqueueRoutes } from "../doors/http/enqueue-routes.ts";
import { errorsPage } from "../doors/http/errors-page.ts";
import { KeyRing } from "../doors/http/keys.ts";
import { streamRoutes } from "../doors/http/stream-routes.ts";
import type { ActionLease } from "../operations/bulk-action.ts";
import type { EndWatch } from "../operations/end-watch.ts";
import { Live } from "../operations/live.ts";
import type { LeaseClock } from "../queue/lease-clock.ts";
import { openApi } from "../doors/http/openapi.ts";
import { ERRORS_PATH } from "../doors/http/problem.ts";
import { processRoutes } from "../doors/http/process-routes.ts";
import { sandboxRoutes } from "../doors/http/sandbox-routes.ts";
import { sessionRoutes } from "../doors/http/session-routes.ts";
import { TrustedProxy } from "../doors/http/trusted-proxy.ts";
import { openDoor, type Page } from "../doors/http/server.ts";
import { whenReachable, type OperationsContext } from "../operations/context.ts";
import type { Route } from "../doors/http/route.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { isRedisAway } from "../storage/redis-away.ts";
import { writeFailureOf, type WriteProbe } from "../storage/write-probe.ts";
import type { Emit } from "../telemetry/events.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { acknowledgements } from "./compose.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { actionClock, endWatch } from "./operations-clocks.ts";
import { operationsOf } from "../operations/describe-operations.ts";
import { FleetReader } from "./fleet-reader.ts";
import { explainListening } from "./listen.ts";
import { objectivesOf } from "./objectives.ts";
import { openOperations, type Operations } from "./operations-context.ts";
import { allChannels } from "../platforms/registry.ts";
import { operatorRoutes } from "./operator-routes.ts";
import { trustRedis } from "./redis-safety.ts";
import { measure } from "../operations/measure.ts";
import { sandboxDoor } from "./up/sandbox-door.ts";
import { VERSION } from "./version.ts";
import { unconfiguredWords } from "./unconfigured-accounts.ts";
import {
  emitRedisFailed,
  runningWorker,
  watchWrites,
  writeProbe,
  type RunningWorker,
} from "./running-worker.ts";

interface ApiOptions {
  readonly config: Config;
  readonly emit: Emit;
  readonly warn?: (warning: string) => void;
  /** The metrics of the process, which `emit` feeds too. */
  readonly metrics?: Metrics;
  readonly tuning?: Tuning;
  /** How often the live state is read while somebody watches it. */
  readonly liveEveryMs?: number;
  /** The URL of the sandbox in the same process; only `bida up` has one. */
  readonly sandboxUrl?: string | undefined;
  /** The folder with the console's build; tests use their own. */
  readonly consoleFolder?: string;
  /** A running API, whose socket is taken over if it listens on the same address. */
  readonly takesOverFrom?: Api | undefined;
}

export interface Api extends RunningWorker {
  readonly url: string;
  readonly port: number;
  readonly socket: ListeningSocket;
}

const DRAIN_MS = 10_000;
const LIVE_EVERY_MS = 2_000;
/** In a checkout `npm run console:build` makes it; the package has it in the same place. */
const CONSOLE_FOLDER = fileURLToPath(new URL("../../console/dist/", import.meta.url));

/** @throws ConfigError without a key, or on a Redis that may evict */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { config, warn, takesOverFrom } = options;
  if (config.api.keys.length === 0)
    throw new ConfigError("api.keys: names no key, so the API could not be called; `bida key new` makes one");
  const parts = openParts(options);
  const { emit, operations, ends, live, fleet, clock } = parts;
  let isStopping = false;
  const door = openDoor(doorOptions(parts, { options, isStopping: () => isStopping }));
  const serving: Door = { serve: (request, response) => door.routing(request, response) };
  const shut = async (socket: ListeningSocket | null): Promise<void> => {
    await Promise.all([ends.stop(), live.stop()]);
    await Promise.all([socket?.leave(serving, DRAIN_MS), clock.stop(DRAIN_MS)]);
    await door.close();
    await fleet.close();
    await operations.close();
  };
  let socket: ListeningSocket;
  try {
    await emitDangers(operations.redis, { config, warn });
    await door.ready();
    socket = await listen(serving, { config, last: takesOverFrom });
  } catch (error) {
    await shut(null);
    throw error;
  }
  clock.start();
  const watch = watchWrites(operations.redis, config);
  emit({ event: "worker.ready" });
  const worker = runningWorker({
    complaints: watch.complaints,
    stop: async () => {
      isStopping = true;
      watch.stop();
      await shut(socket);
      emit({ event: "worker.stopped" });
    },
  });
  return { ...worker, url: socket.url, port: socket.port, socket };
}

interface ApiParts {
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly operations: Operations;
  readonly writes: WriteProbe;
  readonly ends: EndWatch;
  readonly live: Live;
  readonly fleet: FleetReader;
  /** The clock of bulk actions, not started yet. */
  readonly clock: LeaseClock<ActionLease>;
}

/** Opens the parts behind the routes. */
function openParts(options: ApiOptions): ApiParts {
  const { config, tuning, liveEveryMs = LIVE_EVERY_MS } = options;
  const { metrics, emit } = measuredApi(options);
  const onError = emitRedisFailed(emit);
  const operations = openOperations({
    config,
    onError,
    onBug: ({ error, ...where }) => emit({ event: "bug", ...where, detail: messageOf(error) }),
    ...(tuning === undefined ? {} : { tuning }),
  });
  const { context, redis } = operations;
  const ends = endWatch(context, onError);
  const live = new Live(context, {
    everyMs: liveEveryMs,
    digest: (text) => createHash("sha256").update(text).digest("base64url").slice(0, 16),
    onError,
  });
  const fleet = new FleetReader(config.redis.prefix, () => ({
    context,
    redis,
    close: async () => undefined,
  }));
  metrics.waiting = () => ends.waiting;
  metrics.fleet = async () => fleet.read();
  const clock = actionClock(context, onError);
  return { emit, metrics, operations, writes: writeProbe(redis, config), ends, live, fleet, clock };
}

function doorOptions(
  parts: ApiParts,
  { options, isStopping }: { readonly options: ApiOptions; readonly isStopping: () => boolean },
): Parameters<typeof openDoor>[0] {
  const { config, consoleFolder = CONSOLE_FOLDER } = options;
  const { emit, operations } = parts;
  const { context } = operations;
  const keys = new KeyRing(config.api.keys);
  const { trustedProxies } = config.api;
  const { trustedProxy } = config.console;
  return {
    keys,
    sessions: { context, prefix: config.redis.prefix },
    ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
    ...(trustedProxy === undefined ? {} : { trustedProxy: new TrustedProxy(trustedProxy) }),
    routes: [
      ...basicRoutes(parts, { options, keys }),
      ...operatorRoutes(operations, config),
      ...ownRoutes(parts, isStopping),
    ],
    pages: PAGES,
    console: consoleFolder,
    isAway: context.isAway,
    isStopping,
    onAnswered: (answered) => emit({ event: "http.answered", ...answered }),
    onBug: (error, requestId) =>
      emit({ event: "bug", where: "the HTTP door", account: "", id: requestId, detail: messageOf(error) }),
  };
}

/** Deliveries, the live stream, sessions of the console, and the sandbox. */
function basicRoutes(
  { emit, operations: { context, enqueueContext }, ends, live }: ApiParts,
  { options: { config, sandboxUrl }, keys }: { readonly options: ApiOptions; readonly keys: KeyRing },
): Route[] {
  const sandbox = sandboxUrl === undefined ? null : sandboxDoor(sandboxUrl, context);
  return [
    ...enqueueRoutes(context, { ...enqueueContext, ...acknowledgements(config, emit) }),
    ...deliveryRoutes(context, ends),
    ...streamRoutes(live),
    ...sessionRoutes({
      context,
      keys,
      prefix: config.redis.prefix,
      version: VERSION,
      environment: config.api.environment ?? null,
      hasSandbox: sandbox !== null,
    }),
    ...sandboxRoutes(sandbox),
  ];
}

/** Routes about the process: readiness and metrics. */
function ownRoutes(
  { operations: { context }, writes, metrics }: ApiParts,
  isStopping: () => boolean,
): Route[] {
  return processRoutes({
    complaints: async () => (isStopping() ? ["it is stopping"] : writeComplaints(writes, context)),
    remarks: async () => unservedAccounts(context),
    metrics: () => metrics.text(),
  });
}

/** Why Redis takes no writes; then nothing can be acknowledged, although Redis answers. */
async function writeComplaints(writes: WriteProbe, context: OperationsContext): Promise<string[]> {
  const probed = await whenReachable({ context }, async () => {
    await writes.look();
    return writes.complaint(Number.POSITIVE_INFINITY);
  });
  if (probed === null) return [];
  return [typeof probed === "string" ? probed : probed.detail];
}

/** Warnings about accounts that have left the configuration and still have unfinished deliveries. */
async function unservedAccounts(context: OperationsContext): Promise<string[]> {
  const measured = await measure(context);
  if (measured.kind === "unavailable") return [];
  return measured.items.flatMap(({ account, isConfigured, health: { counts } }) => {
    const waiting = counts.queued + counts.retrying + counts.sending + counts.confirming;
    return isConfigured || waiting === 0 ? [] : [unconfiguredWords(account, waiting)];
  });
}

/** New metrics where the caller gives none (a test, or a program that starts only an API). */
function measuredApi({ config, emit, metrics }: ApiOptions): {
  readonly metrics: Metrics;
  readonly emit: Emit;
} {
  if (metrics !== undefined) return { metrics, emit };
  const own = new Metrics({ role: "api", version: VERSION, objectives: objectivesOf(config) });
  return {
    metrics: own,
    emit: (event) => {
      own.emit(event);
      emit(event);
    },
  };
}

/**
 * Listens; takes over the socket of an API that listens there already, so that a new configuration drops no
 * request.
 */
async function listen(
  door: Door,
  { config: { api }, last }: { readonly config: Config; readonly last: Api | undefined },
): Promise<ListeningSocket> {
  const { host, port } = api;
  if (last === undefined || last.socket.address.host !== host || last.socket.address.port !== port)
    return openSocket({ host, port }, door);
  last.socket.hand(door);
  return last.socket;
}

async function openSocket(address: ListeningSocket["address"], door: Door): Promise<ListeningSocket> {
  try {
    return await ListeningSocket.open(address, door);
  } catch (error) {
    throw explainListening("api.port", { address, error });
  }
}

/** Redis may be away: the API starts all the same, and answers 503 until it is back. */
async function emitDangers(
  redis: ScriptedRedis,
  { config, warn = () => undefined }: { readonly config: Config; readonly warn?: ApiOptions["warn"] },
): Promise<void> {
  try {
    await trustRedis(redis, { config, warn });
  } catch (error) {
    if (error instanceof ConfigError || !isRedisAway(error)) throw error;
    warn(writeFailureOf(error));
  }
}

const document = openApi(contract, operationsOf(allChannels()));
const PAGES: readonly Page[] = [
  { path: "/openapi.json", mediaType: "application/json; charset=utf-8", text: JSON.stringify(document) },
  { path: "/docs", mediaType: "text/html; charset=utf-8", text: docsPage(document) },
  { path: ERRORS_PATH, mediaType: "text/html; charset=utf-8", text: errorsPage() },
];
