/**
 * Alerts without Prometheus: one process of the fleet looks, and tells the robots of chat groups.
 */
import { randomUUID } from "node:crypto";
import { EnvHttpProxyAgent, Pool, request, type Dispatcher } from "undici";
import { messageOf } from "../delivery/error-words.ts";
import { refusalIn, robotRequest } from "../alerts/robots.ts";
import { lookOnce, type NamedReceiver, type Watch } from "../alerts/watch.ts";
import type { Message } from "../alerts/words.ts";
import type { AlertsConfig } from "../config/alerts-schema.ts";
import { environmentProxies } from "../config/environment.ts";
import type { Config } from "../config/config.ts";
import type { Reading } from "../alerts/condition.ts";
import { inTime } from "../waiting/in-time.ts";
import { groupDeadLetters } from "../operations/group.ts";
import { StoredAlerts } from "../storage/alert-store.ts";
import { Turn, turnOfAlerts } from "../storage/turn.ts";
import type { Emit } from "../telemetry/events.ts";
import { readFleet } from "./fleet-reader.ts";
import { openOperations, type Operations } from "./operations-context.ts";
import type { RunningWorker } from "./worker-process.ts";

interface AlertsOptions {
  readonly config: Config;
  readonly emit: Emit;
  /** Wall time: the robots compare it with theirs. */
  readonly wallNow?: () => number;
  /** How long a robot is waited for. Default 5 s. */
  readonly answerWithinMs?: number;
}

const ANSWER_WITHIN_MS = 5_000;
const NO_ANSWER = "no answer";
const LONGEST_ANSWER = 10_000;
/** Robots take an hour, Standard Webhooks five minutes. */
const CLOCKS_AGREE_MS = 60_000;
/** Whoever looks keeps its turn over some looks, so that a crash is noticed and two do not tell at once. */
const LOOKS_A_TURN = 3;
const SHORTEST_TURN_MS = 30_000;
const WATCHER = { name: "alerts", role: "operator", accounts: null } as const;

/** Null where nobody is to be told. */
export function startAlerts({
  config,
  emit,
  wallNow = Date.now,
  answerWithinMs: withinMs = ANSWER_WITHIN_MS,
}: AlertsOptions): RunningWorker | null {
  const { alerts } = config;
  if (alerts === undefined) return null;
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const operations = openOperations({ config, onError });
  const { redis, context } = operations;
  const agent = new EnvHttpProxyAgent(agentOptions(withinMs));
  const turn = new Turn(redis, { prefix: config.redis.prefix, what: turnOfAlerts, name: randomUUID() });
  const watch: Watch = {
    ...settingsOf(alerts, config),
    store: new StoredAlerts(redis, config.redis.prefix),
    read: async () => readingOf(operations),
    post: async (receiver, message, id) =>
      post({ receiver, message, id, now: wallNow() }, { dispatcher: agent, withinMs }),
    emit: ({ receiver, failed }) => emit({ event: "alert.sent", receiver, failed }),
    now: () => context.now(),
  };
  const look = async (): Promise<void> => {
    try {
      await context.ready();
      if (await turn.take(Math.max(SHORTEST_TURN_MS, alerts.every * LOOKS_A_TURN))) await lookOnce(watch);
    } catch (error) {
      onError(error);
    }
  };
  let looking = look();
  let isLooking = true;
  const settle = (): void => void (isLooking = false);
  void looking.finally(settle);
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = look();
    void looking.finally(settle);
  }, alerts.every);
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await looking;
    await turn.release().catch(() => undefined);
    // What has not answered is not waited for.
    await agent.destroy();
    await operations.close();
  };
  return {
    // An alert that cannot be sent is no reason to send no deliveries.
    readiness: () => ({ ready: true, reasons: [] }),
    stop: async () => {
      stopped ??= stop();
      return stopped;
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

/** One without a name is called by its kind and its place: `wecom 1`. */
export function receiversOf({ to }: AlertsConfig): readonly NamedReceiver[] {
  return to.map((receiver, index) => ({
    ...receiver,
    name: receiver.name ?? `${receiver.kind} ${index + 1}`,
  }));
}

/** What somebody has acknowledged or put off wakes nobody. */
async function readingOf({ context, redis }: Operations): Promise<Reading | null> {
  const fleet = await readFleet(context, redis);
  const found = await groupDeadLetters({ caller: WATCHER, filter: {} }, context);
  if (fleet.kind !== "read" || found.kind !== "groups") return null;
  return { fleet, groups: found.items.filter(({ state }) => state === "new" || state === "recurring") };
}

interface Posting {
  readonly receiver: NamedReceiver;
  readonly message: Message;
  readonly id: string;
  readonly now: number;
}

interface Asking {
  readonly dispatcher: Dispatcher;
  readonly withinMs: number;
}

/** Of a proxy that takes no notice of CONNECT, undici tells nobody before its own time is over, and heeds no signal. */
async function post(posting: Posting, asking: Asking): Promise<string | null> {
  return inTime(ask(posting, asking), asking.withinMs, NO_ANSWER);
}

/**
 * Signed requests are judged by the robot's clock: one that was refused is tried once more with the time that the
 * robot tells, where this machine's clock is wrong.
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
  /** Null if it was taken. */
  readonly failed: string | null;
  /** The robot's clock; null where it does not say. */
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
    const failed = refusalIn(receiver, answer.statusCode, await beginningOf(answer.body));
    return { failed, theirNow: Number.isNaN(theirNow) ? null : theirNow };
  } catch (error) {
    // The address is a secret: only the kind of the failure is told.
    const code = error instanceof Error && "code" in error ? error.code : null;
    return { failed: typeof code === "string" ? code : NO_ANSWER, theirNow: null };
  }
}

/** A wrong address may answer with anything, without an end. */
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
    // CONNECT goes through this one.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout }),
  };
}
