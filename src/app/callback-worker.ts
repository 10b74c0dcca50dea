/**
 * The callback worker: tells producers that their deliveries have ended, one clock an account. Accounts that
 * have left the configuration are walked too: what they left behind ends as well, and is told.
 */
import { messageOf } from "../delivery/error-words.ts";
import { deliveryView } from "../operations/delivery-view.ts";
import { matchesHost } from "../pipeline/callback/destination.ts";
import { HostSlots } from "../pipeline/callback/host-slots.ts";
import {
  leaseCallbacks,
  notifyProducers,
  type CallbackContext,
} from "../pipeline/callback/notify-producer.ts";
import type { CallbackLease } from "../pipeline/callback/ports.ts";
import { Webhook } from "../pipeline/callback/webhook.ts";
import { LeaseClock } from "../queue/lease-clock.ts";
import { within } from "../waiting/in-time.ts";
import { AccountRegistry, type RegisteredAccount } from "../storage/account-registry.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import type { Emit } from "../telemetry/events.ts";
import { ConfigError } from "../config/config-error.ts";
import type { CallbackConfig, Config } from "../config/config.ts";
import { isServed, SERVED_WITHIN_MS } from "./left-account.ts";
import { trustRedis } from "./redis-safety.ts";
import type { RunningWorker } from "./worker-process.ts";

/** A callback takes 10 s at the most. */
const DRAIN_MS = 12_000;
const SILENT_TOO_LONG_MS = 5_000;
/** Of all accounts and receivers of this process. */
const UNDER_WAY_AT_MOST = 1_000;
const WATCH_EVERY_MS = 2_000;

interface CallbackWorkerOptions {
  readonly config: Config;
  readonly emit: Emit;
  readonly warn?: (warning: string) => void;
  /** Aborted when the process is to leave before the worker has started. */
  readonly leaving?: AbortSignal | undefined;
  /** How often it looks for accounts that have left the configuration. */
  readonly registryEveryMs?: number;
  /** Whoever no worker has served for so long has left. */
  readonly servedWithinMs?: number;
}

const REGISTRY_EVERY_MS = 60_000;

/** @throws ConfigError when the configuration has no `callbacks` */
export async function startCallbackWorker(options: CallbackWorkerOptions): Promise<RunningWorker> {
  const { config, emit, warn = () => undefined, leaving } = options;
  const { registryEveryMs = REGISTRY_EVERY_MS, servedWithinMs = SERVED_WITHIN_MS } = options;
  const { callbacks } = config;
  if (callbacks === undefined) throw new ConfigError("callbacks: are not configured; nothing to do");
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const redis = connect(config.redis, "worker", onError);
  try {
    await trustRedis(redis, { config, warn, leaving });
  } catch (error) {
    await hangUp(redis);
    throw error;
  }
  const writes = new WriteProbe(() => probeWrites(redis, config.redis.prefix, Object.keys(config.accounts)));
  const watching = setInterval(() => void writes.look(), WATCH_EVERY_MS);
  const webhook = new Webhook(callbacks, secretsFor(callbacks));
  const slots = new HostSlots();
  const underWay = new Set<Promise<void>>();
  /** A round is over once its callbacks have begun: none waits for another's receiver. */
  const begin = async (lease: CallbackLease, context: CallbackContext): Promise<void> => {
    for (const notice of notifyProducers(lease, context)) {
      const tracked = notice.catch(onError).finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    }
    while (underWay.size >= UNDER_WAY_AT_MOST) await Promise.race(underWay);
  };
  const clocks = new Map<string, LeaseClock<CallbackLease>>();
  const serve = (account: string): void => {
    const context: CallbackContext = {
      account,
      callbacks: new CallbackStore(redis, { prefix: config.redis.prefix, account }),
      post: (url, posted) => webhook.post(url, posted),
      view: deliveryView,
      slots,
      monotonicMs: () => performance.now(),
      random: Math.random,
      emit,
    };
    const clock = new LeaseClock({
      lease: () => leaseCallbacks(context),
      isEmpty: (lease) => lease.callbacks.length === 0,
      run: (lease) => begin(lease, context),
      // A leased callback falls due again by itself.
      release: async () => undefined,
      onError,
      gatherMs: 100,
    });
    clock.start();
    clocks.set(account, clock);
  };
  Object.keys(config.accounts).forEach(serve);
  const registry = new AccountRegistry(redis, config.redis.prefix);
  const redisClock = new RedisClock(redis, { prefix: config.redis.prefix });
  const serveTheLeft = async (): Promise<void> => {
    await redisClock.recalibrate();
    const left = (await registry.read()).filter(({ name }) => !clocks.has(name));
    const isLeft = (account: RegisteredAccount): boolean =>
      !isServed(account, { now: redisClock.now(), withinMs: servedWithinMs });
    if (stopped === null) left.filter(isLeft).forEach(({ name }) => serve(name));
  };
  let stopped: Promise<void> | null = null;
  let looking = serveTheLeft().catch(onError);
  const lookingForLeft = setInterval(() => {
    looking = looking.then(serveTheLeft).catch(onError);
  }, registryEveryMs);
  emit({ event: "worker.ready" });
  const stop = async (): Promise<void> => {
    emit({ event: "worker.draining" });
    clearInterval(watching);
    clearInterval(lookingForLeft);
    await looking;
    await Promise.all([...clocks.values()].map((clock) => clock.stop(DRAIN_MS)));
    await within(DRAIN_MS, Promise.all(underWay));
    await webhook.close();
    await hangUp(redis);
    emit({ event: "worker.stopped" });
  };
  return {
    readiness: () => {
      if (stopped !== null) return { ready: false, reasons: ["it is stopping"] };
      const refused = writes.complaint(SILENT_TOO_LONG_MS + WATCH_EVERY_MS);
      const silent = [...clocks]
        .filter(([, clock]) => clock.silentForMs > SILENT_TOO_LONG_MS)
        .map(([account]) => `${account}: no answer from Redis`);
      const reasons = [...(refused === null ? [] : [refused]), ...silent];
      return { ready: reasons.length === 0, reasons };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** A host's own secrets, where it has some. */
function secretsFor({ secret, secrets, hosts }: CallbackConfig): (host: string) => readonly string[] {
  const all = secret === undefined ? secrets : [...secrets, secret];
  return (host) => Object.entries(hosts).find(([pattern]) => matchesHost(host, pattern))?.[1].secrets ?? all;
}
