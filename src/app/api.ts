/**
 * The API: the HTTP door on the operations, and the clock that runs bulk actions.
 *
 * `stop()` takes no new calls, answers those under way (who waits for a delivery is answered at once),
 * finishes the round of an action, and closes.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { messageOf } from "../delivery/error-words.ts";
import { contract } from "../doors/http/contract.ts";
import { accountRoutes } from "../doors/http/account-routes.ts";
import { deliveryRoutes } from "../doors/http/delivery-routes.ts";
import { docsPage } from "../doors/http/docs-page.ts";
import { ListeningSocket, type Door } from "../doors/http/listening-socket.ts";
import { enqueueRoutes } from "../doors/http/enqueue-routes.ts";
import { errorsPage } from "../doors/http/errors-page.ts";
import { KeyRing } from "../doors/http/keys.ts";
import { fleetRoutes } from "../doors/http/fleet-routes.ts";
import { streamRoutes } from "../doors/http/stream-routes.ts";
import { Live } from "../operations/live.ts";
import { diagnoseWith } from "./doctor/doctor.ts";
import { intakeRoutes } from "../doors/http/intake-routes.ts";
import { deadLetterRoutes } from "../doors/http/dead-letter-routes.ts";
import { openApi } from "../doors/http/openapi.ts";
import { operationRoutes } from "../doors/http/operation-routes.ts";
import { ERRORS_PATH } from "../doors/http/problem.ts";
import { processRoutes } from "../doors/http/process-routes.ts";
import { sandboxRoutes } from "../doors/http/sandbox-routes.ts";
import { searchRoutes } from "../doors/http/search-routes.ts";
import { sessionRoutes } from "../doors/http/session-routes.ts";
import { TrustedProxy } from "../doors/http/trusted-proxy.ts";
import { openDoor, type Page } from "../doors/http/server.ts";
import { whenReachable, type OperationsContext } from "../operations/context.ts";
import type { Route } from "../doors/http/route.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { isRedisAway } from "../storage/redis-away.ts";
import { probeWrites, refusalOf, WriteProbe } from "../storage/write-probe.ts";
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
import { readRedis } from "./read-redis.ts";
import { accountSettings, shownConfig } from "../config/tools/print.ts";
import { accountObjectivesOf, objectivesOf } from "./objectives.ts";
import { openOperations } from "./operations-context.ts";
import { allChannels } from "../platforms/registry.ts";
import { trustRedis } from "./redis-safety.ts";
import { measure } from "../operations/measure.ts";
import { sandboxDoor } from "./up/sandbox-door.ts";
import { VERSION } from "./version.ts";
import { unconfiguredWords } from "./unconfigured-accounts.ts";
import type { RunningWorker } from "./worker-process.ts";

interface ApiOptions {
  readonly config: Config;
  readonly emit: Emit;
  readonly warn?: (warning: string) => void;
  /** The process' own, fed by `emit` as well. */
  readonly metrics?: Metrics;
  readonly tuning?: Tuning;
  /** How often it looks at what is going on, while somebody follows. */
  readonly liveEveryMs?: number;
  /** The sandbox that runs beside it; only `bida up` has one. */
  readonly sandboxUrl?: string | undefined;
  /** Where the console's built files are; the tests have their own. */
  readonly consoleFolder?: string;
  /** An API that listens already, to take over from if it listens where this one is to. */
  readonly takesOverFrom?: Api | undefined;
}

export interface Api extends RunningWorker {
  readonly url: string;
  readonly port: number;
  readonly front: ListeningSocket;
}

const DRAIN_MS = 10_000;
const LIVE_EVERY_MS = 2_000;
/** In a checkout what `npm run console:build` built; the package brings it along at the same place. */
const CONSOLE_FOLDER = fileURLToPath(new URL("../../console/dist/", import.meta.url));

/** @throws ConfigError without a key, or on a Redis that may evict */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { config, warn, tuning, takesOverFrom } = options;
  const { metrics, emit } = measuredApi(options);
  if (config.api.keys.length === 0)
    throw new ConfigError("api.keys: names no key, so nobody could call the API; `bida key new` makes one");
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const { context, enqueueContext, redis, close } = openOperations({
    config,
    onError,
    onBug: ({ error, ...where }) => emit({ event: "bug", ...where, detail: messageOf(error) }),
    ...(tuning === undefined ? {} : { tuning }),
  });
  const writes = new WriteProbe(() => probeWrites(redis, config.redis.prefix, Object.keys(config.accounts)));
  const ends = endWatch(context, onError);
  const live = new Live(context, {
    everyMs: options.liveEveryMs ?? LIVE_EVERY_MS,
    digest: (text) => createHash("sha256").update(text).digest("base64url").slice(0, 16),
    onError,
  });
  metrics.waiting = () => ends.waiting;
  const fleet = new FleetReader(config.redis.prefix, () => ({
    context,
    redis,
    close: async () => undefined,
  }));
  metrics.fleet = async () => fleet.read();
  let stopping: Promise<void> | null = null;
  const sandbox = options.sandboxUrl === undefined ? null : sandboxDoor(options.sandboxUrl, context);
  const keys = new KeyRing(config.api.keys);
  const { prefix } = config.redis;
  const { environment = null, trustedProxies } = config.api;
  const { trustedProxy } = config.console;
  const door = openDoor({
    keys,
    sessions: { context, prefix },
    ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
    ...(trustedProxy === undefined ? {} : { trustedProxy: new TrustedProxy(trustedProxy) }),
    routes: [
      ...enqueueRoutes(context, { ...enqueueContext, ...acknowledgements(config, emit) }),
      ...deliveryRoutes(context, ends),
      ...streamRoutes(live),
      ...sessionRoutes({
        context,
        keys,
        prefix,
        version: VERSION,
        environment,
        hasSandbox: sandbox !== null,
      }),
      ...sandboxRoutes(sandbox),
      ...operatorRoutes({ context, redis, config }),
      ...processRoutes({
        complaints: async () => (stopping === null ? writeComplaints(writes, context) : ["it is stopping"]),
        remarks: async () => unservedAccounts(context),
        metrics: () => metrics.text(),
      }),
    ],
    pages: PAGES,
    console: options.consoleFolder ?? CONSOLE_FOLDER,
    isAway: context.isAway,
    isStopping: () => stopping !== null,
    onAnswered: (answered) => emit({ event: "http.answered", ...answered }),
    onBug: (error, requestId) =>
      emit({ event: "bug", where: "the HTTP door", account: "", id: requestId, detail: messageOf(error) }),
  });
  const clock = actionClock(context, onError);
  const serving: Door = { serve: (request, response) => door.routing(request, response) };
  const shut = async (front: ListeningSocket | null): Promise<void> => {
    await Promise.all([ends.stop(), live.stop()]);
    await Promise.all([front?.leave(serving, DRAIN_MS), clock.stop(DRAIN_MS)]);
    await door.close();
    await fleet.close();
    await close();
  };
  let front: ListeningSocket;
  try {
    await emitDangers(redis, config, warn);
    await door.ready();
    front = await listen(serving, config, takesOverFrom);
  } catch (error) {
    await shut(null);
    throw error;
  }
  clock.start();
  emit({ event: "worker.ready" });
  return {
    url: front.url,
    port: front.port,
    front,
    readiness: () => ({ ready: stopping === null, reasons: stopping === null ? [] : ["it is stopping"] }),
    stop: async () => {
      stopping ??= shut(front).then(() => emit({ event: "worker.stopped" }));
      return stopping;
    },
  };
}

/** Routes that need nothing but the operations, Redis and the configuration. */
function operatorRoutes({
  context,
  redis,
  config,
}: Pick<ReturnType<typeof openOperations>, "context" | "redis"> & Pick<ApiOptions, "config">): Route[] {
  return [
    ...deadLetterRoutes(context),
    ...accountRoutes(context, accountSettings(config)),
    ...searchRoutes(context),
    ...operationRoutes(context),
    ...fleetRoutes(context, {
      readRedis: () => readRedis(redis),
      config: shownConfig(config),
      diagnose: () => diagnoseWith(config),
      objectives: accountObjectivesOf(config),
    }),
    ...intakeRoutes(context),
  ];
}

/** A Redis that answers and takes no write acknowledges nothing. */
async function writeComplaints(writes: WriteProbe, context: OperationsContext): Promise<string[]> {
  const probed = await whenReachable(context, async () => {
    await writes.look();
    return writes.complaint(Number.POSITIVE_INFINITY);
  });
  if (probed === null) return [];
  return [typeof probed === "string" ? probed : probed.detail];
}

/** Accounts that have left the configuration while deliveries of theirs wait. */
async function unservedAccounts(context: OperationsContext): Promise<string[]> {
  const measured = await measure(context);
  if (measured.kind === "unavailable") return [];
  return measured.items.flatMap(({ account, isConfigured, health: { counts } }) => {
    const waiting = counts.queued + counts.retrying + counts.sending + counts.confirming;
    return isConfigured || waiting === 0 ? [] : [unconfiguredWords(account, waiting)];
  });
}

/** Metrics of its own where the process brings none: a test, or a program that starts an API alone. */
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

/** On the socket of an API that listens there already, so that a new configuration drops no call. */
async function listen(door: Door, { api }: Config, last: Api | undefined): Promise<ListeningSocket> {
  const { host, port } = api;
  if (last === undefined || last.front.address.host !== host || last.front.address.port !== port)
    return openFront({ host, port }, door);
  last.front.hand(door);
  return last.front;
}

async function openFront(address: ListeningSocket["address"], door: Door): Promise<ListeningSocket> {
  try {
    return await ListeningSocket.open(address, door);
  } catch (error) {
    throw explainListening("api.port", address, error);
  }
}

/** A Redis that is away now may be back soon: the API starts, and says 503 until then. */
async function emitDangers(
  redis: ScriptedRedis,
  config: Config,
  warn: ApiOptions["warn"] = () => undefined,
): Promise<void> {
  try {
    await trustRedis(redis, { config, warn });
  } catch (error) {
    if (error instanceof ConfigError || !isRedisAway(error)) throw error;
    warn(refusalOf(error));
  }
}

const document = openApi(contract, operationsOf(allChannels()));
const PAGES: readonly Page[] = [
  { path: "/openapi.json", mediaType: "application/json; charset=utf-8", text: JSON.stringify(document) },
  { path: "/docs", mediaType: "text/html; charset=utf-8", text: docsPage(document) },
  { path: ERRORS_PATH, mediaType: "text/html; charset=utf-8", text: errorsPage() },
];
