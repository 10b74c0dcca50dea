/**
 * Alerts without Prometheus: one process of the fleet looks, and tells the robots of chat groups.
 */
import { randomUUID } from "node:crypto";
import { EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { messageOf } from "../delivery/error-words.ts";
import { refusalIn, robotRequest } from "../alerts/robots.ts";
import { lookOnce, type NamedReceiver, type Watch } from "../alerts/watch.ts";
import type { Message } from "../alerts/words.ts";
import type { AlertsConfig } from "../config/alerts-schema.ts";
import { environmentProxies } from "../config/environment.ts";
import type { Config } from "../config/config.ts";
import type { Reading } from "../alerts/condition.ts";
import { groupDeadLetters } from "../operations/group.ts";
import { StoredAlerts } from "../storage/alert-store.ts";
import { Turn } from "../storage/turn.ts";
import type { Emit } from "../telemetry/events.ts";
import { readFleet } from "./fleet-reader.ts";
import { openOperations, type Operations } from "./operations-context.ts";
import type { RunningWorker } from "./worker-process.ts";

interface AlertsOptions {
  readonly config: Config;
  readonly emit: Emit;
  /** Wall time: the robots compare it with theirs. */
  readonly wallNow?: () => number;
}

const ANSWER_WITHIN_MS = 5_000;
/** Whoever looks keeps its turn over some looks, so that a crash is noticed and two do not tell at once. */
const LOOKS_A_TURN = 3;
const SHORTEST_TURN_MS = 30_000;
const WATCHER = { name: "alerts", role: "operator", accounts: null } as const;

/** Null where nobody is to be told. */
export function startAlerts({ config, emit, wallNow = Date.now }: AlertsOptions): RunningWorker | null {
  const { alerts } = config;
  if (alerts === undefined) return null;
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const operations = openOperations({ config, onError });
  const { redis, context } = operations;
  const agent = new EnvHttpProxyAgent(proxyOptions());
  const turn = new Turn(redis, { prefix: config.redis.prefix, what: "alerts", name: randomUUID() });
  const watch: Watch = {
    ...settingsOf(alerts, config),
    store: new StoredAlerts(redis, config.redis.prefix),
    read: async () => readingOf(operations),
    post: async (receiver, message, id) => post({ receiver, message, id, now: wallNow() }, agent),
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
    await agent.close();
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
    receivers: alerts.to.map((receiver, index) => ({
      ...receiver,
      name: receiver.name ?? `${receiver.kind} ${index + 1}`,
    })),
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

async function post({ receiver, message, id, now }: Posting, dispatcher: Dispatcher): Promise<string | null> {
  const { url, headers, body } = robotRequest(receiver, { message, now, id });
  try {
    const answer = await request(url, {
      method: "POST",
      headers,
      body,
      dispatcher,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return refusalIn(receiver, answer.statusCode, (await answer.body.text()).slice(0, 10_000));
  } catch (error) {
    // The address is a secret: only the kind of the failure is told.
    return error instanceof Error && "code" in error ? String(error.code) : "no answer";
  }
}

function proxyOptions(): EnvHttpProxyAgent.Options {
  const { http, https, none } = environmentProxies();
  return { httpProxy: http, httpsProxy: https, noProxy: none };
}
