/**
 * Alerts without Prometheus: one process of the fleet checks the alert conditions, and posts alerts to the
 * robots of chat groups.
 */
import { randomUUID } from "node:crypto";
import { EnvHttpProxyAgent, Pool, request, type Dispatcher } from "undici";
import { refusalIn, robotRequest } from "../alerts/robots.ts";
import { lookOnce, type NamedReceiver, type Watch } from "../alerts/watch.ts";
import type { AlertMessage } from "../alerts/words.ts";
import type { AlertsConfig } from "../config/alerts-schema.ts";
import { environmentProxies } from "../config/environment.ts";
import type { Config } from "../config/config.ts";
import type { AlertFigures } from "../alerts/condition.ts";
import { tolerantConnector } from "../platforms/http/tolerant-connector.ts";
import { inTime } from "../waiting/waiting.ts";
import { groupDeadLetters } from "../operations/group.ts";
import { AlertStore } from "../storage/alert-store.ts";
import { Turn, turnOfAlerts } from "../storage/turn.ts";
import type { Emit } from "../telemetry/events.ts";
import { readFleet } from "./fleet-reader.ts";
import { openOperations, type Operations } from "./operations-context.ts";
import { emitRedisFailed, runningWorker, type RunningWorker } from "./running-worker.ts";

interface AlertsOptions {
  readonly config: Config;
  readonly emit: Emit;
  /** Wall time, which the robots compare with their own. */
  readonly wallNow?: () => number;
  /** How long a robot may take to answer. Default 5 s. */
  readonly answerWithinMs?: number;
}

const ANSWER_WITHIN_MS = 5_000;
const NO_ANSWER = "no answer";
const LONGEST_ANSWER = 10_000;
/** Differences up to this are not corrected. Robots accept an hour, Standard Webhooks five minutes. */
const CLOCKS_AGREE_MS = 60_000;
/** A process keeps its turn for this many looks: two never post at once, and one that crashes is replaced. */
const LOOKS_A_TURN = 3;
const SHORTEST_TURN_MS = 30_000;
const WATCHER = { name: "alerts", role: "operator", accounts: null } as const;

/** Null where no alerts are configured. */
export function startAlerts(options: AlertsOptions): RunningWorker | null {
  const { config, emit, wallNow = Date.now, answerWithinMs: withinMs = ANSWER_WITHIN_MS } = options;
  const { alerts } = config;
  if (alerts === undefined) return null;
  const onError = emitRedisFailed(emit);
  const operations = openOperations({ config, onError });
  const { redis, context } = operations;
  const agent = new EnvHttpProxyAgent(agentOptions(withinMs));
  const turn = new Turn(redis, { prefix: config.redis.prefix, what: turnOfAlerts, name: randomUUID() });
  const turnMs = Math.max(SHORTEST_TURN_MS, alerts.every * LOOKS_A_TURN);
  const watch: Watch = {
    ...settingsOf(alerts, config),
    store: new AlertStore(redis, config.redis.prefix),
    read: async () => readingOf(operations),
    post: async (receiver, { message, id }) =>
      post({ receiver, message, id, now: wallNow() }, { dispatcher: agent, withinMs }),
    emit: ({ receiver, failed }) => emit({ event: "alert.sent", receiver, failed }),
    now: () => context.now(),
  };
  const looking = repeatLooks(alerts.every, async () => {
    try {
      await context.ready();
      if (await turn.take(turnMs)) await lookOnce(watch);
    } catch (error) {
      onError(error);
    }
  });
  return {
    ...runningWorker({
      complaints: () => [],
      stop: async () => {
        await looking.stop();
        await turn.release().catch(() => undefined);
        // Does not wait for a robot that has not answered yet.
        await agent.destroy();
        await operations.close();
      },
    }),
    // Always ready: an alert that cannot be sent must not stop deliveries.
    readiness: () => ({ ready: true, reasons: [] }),
  };
}

/** Looks at once, and then every `everyMs`, unless the look before is still under way. */
function repeatLooks(everyMs: number, look: () => Promise<void>): { readonly stop: () => Promise<void> } {
  let looking: Promise<void> | null = null;
  const begin = (): void => {
    looking ??= look().finally(() => (looking = null));
  };
  begin();
  const timer = setInterval(begin, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

function settingsOf(
  alerts: AlertsConfig,
  { api }: Config,
): Pick<Watch, "receivers" | "thresholds" | "patience" | "speaking" | "digest"> {
  return {
    receivers: receiversOf(alerts),
    thresholds: {
      oldestUnconfirmedMs: alerts.oldestUnconfirmed,
      deadLetters: alerts.deadLetters,
      redisMemory: alerts.redisMemory / 100,
    },
    patience: { repeatMs: alerts.repeat, settleMs: alerts.settle },
    speaking: {
      language: alerts.language,
      environment: api.environment?.name ?? null,
      console: alerts.console ?? null,
    },
    digest: alerts.digest ?? null,
  };
}

/** A receiver without a name is named by its kind and its position: `wecom 1`. */
export function receiversOf({ to }: AlertsConfig): readonly NamedReceiver[] {
  return to.map((receiver, index) => ({
    ...receiver,
    name: receiver.name ?? `${receiver.kind} ${index + 1}`,
  }));
}

/** Groups that somebody has acknowledged or snoozed are left out. */
async function readingOf({ context, redis }: Operations): Promise<AlertFigures | null> {
  const fleet = await readFleet(context, redis);
  const found = await groupDeadLetters({ caller: WATCHER, filter: {} }, context);
  if (fleet.kind !== "read" || found.kind !== "groups") return null;
  return { fleet, groups: found.items.filter(({ state }) => state === "new" || state === "recurring") };
}

interface Posting {
  readonly receiver: NamedReceiver;
  readonly message: AlertMessage;
  readonly id: string;
  readonly now: number;
}

interface Asking {
  readonly dispatcher: Dispatcher;
  readonly withinMs: number;
}

/** `inTime`, because undici ignores the signal while a proxy does not answer CONNECT. */
async function post(posting: Posting, asking: Asking): Promise<string | null> {
  return inTime(ask(posting, asking), { ms: asking.withinMs, late: NO_ANSWER });
}

/**
 * A robot checks the time of signed requests against its own clock. A refused request is tried once more with
 * the robot's time, if this machine's clock differs.
 */
async function ask(posting: Posting, asking: Asking): Promise<string | null> {
  const first = await askOnce(posting, asking);
  if (first.failed === null || first.theirNow === null) return first.failed;
  const behindMs = first.theirNow - posting.now;
  if (Math.abs(behindMs) < CLOCKS_AGREE_MS) return first.failed;
  const isSigned = posting.receiver.secret !== undefined;
  const { failed } = isSigned ? await askOnce({ ...posting, now: first.theirNow }, asking) : first;
  const seconds = Math.round(Math.abs(behindMs) / 1_000);
  return failed === null
    ? null
    : `${failed}; this machine's clock is ${seconds} s ${behindMs > 0 ? "behind" : "ahead of"} the robot's`;
}

interface Answered {
  /** Null if the robot accepted it. */
  readonly failed: string | null;
  /** The time of the robot's clock; null where its answer has none. */
  readonly theirNow: number | null;
}

async function askOnce(
  { receiver, message, id, now }: Posting,
  { dispatcher, withinMs }: Asking,
): Promise<Answered> {
  const { url, headers, body } = robotRequest(receiver, { message, now, id });
  try {
    const signal = AbortSignal.timeout(withinMs);
    const answer = await request(url, { method: "POST", headers, body, dispatcher, signal });
    const { date } = answer.headers;
    const theirNow = typeof date === "string" ? Date.parse(date) : Number.NaN;
    const failed = refusalIn(receiver, { status: answer.statusCode, body: await beginningOf(answer.body) });
    return { failed, theirNow: Number.isNaN(theirNow) ? null : theirNow };
  } catch (error) {
    // The URL is a secret, so only the code of the error is shown.
    const code = error instanceof Error && "code" in error ? error.code : null;
    return { failed: typeof code === "string" ? code : NO_ANSWER, theirNow: null };
  }
}

/** Reads only the beginning of the body: a wrong URL may answer with anything, endlessly. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, LONGEST_ANSWER);
}

function agentOptions(withinMs: number): EnvHttpProxyAgent.Options {
  const { http, https, none } = environmentProxies();
  const headersTimeout = withinMs;
  return {
    httpProxy: http,
    httpsProxy: https,
    noProxy: none,
    headersTimeout,
    connect: tolerantConnector({}),
    // The pool that sends CONNECT.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout }),
  };
}
