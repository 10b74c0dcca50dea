/**
 * The callback worker: tells producers that their deliveries have ended, one clock an account.
 */
import { deliveryView } from "../operations/delivery-view.ts";
import { leaseCallbacks, notifyProducers, type CallbackLine } from "../pipeline/callback/notify-producer.ts";
import { Webhook } from "../pipeline/callback/webhook.ts";
import { LeaseClock } from "../queue/lease-clock.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import type { Emit } from "../telemetry/events.ts";
import { messageOf } from "./compose.ts";
import { ConfigError, type Config } from "./config.ts";
import { trustRedis } from "./redis-safety.ts";
import type { RunningWorker } from "./worker-process.ts";

/** A callback takes 10 s at the most. */
const DRAIN_MS = 12_000;
const SILENT_TOO_LONG_MS = 5_000;
const WATCH_EVERY_MS = 2_000;

export interface CallbackWorkerOptions {
  readonly config: Config;
  readonly emit: Emit;
  readonly warn?: (warning: string) => void;
  /** Aborted when the process is to leave before the worker has started. */
  readonly leaving?: AbortSignal | undefined;
}

/** @throws ConfigError when the configuration has no `callbacks` */
export async function startCallbackWorker(options: CallbackWorkerOptions): Promise<RunningWorker> {
  const { config, emit, warn = () => undefined, leaving } = options;
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
  const webhook = new Webhook(callbacks, callbacks.secret);
  const clocks = Object.keys(config.accounts).map((account) => {
    const line: CallbackLine = {
      account,
      callbacks: new CallbackStore(redis, config.redis.prefix, account),
      post: (url, message, now) => webhook.post(url, message, now),
      view: deliveryView,
      random: Math.random,
      emit,
    };
    const clock = new LeaseClock({
      lease: () => leaseCallbacks(line),
      isEmpty: (lease) => lease.callbacks.length === 0,
      run: (lease) => notifyProducers(lease, line),
      // A leased callback falls due again by itself.
      release: async () => undefined,
      onError,
      gatherMs: 100,
    });
    clock.start();
    return { account, clock };
  });
  emit({ event: "worker.ready" });
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    emit({ event: "worker.draining" });
    clearInterval(watching);
    await Promise.all(clocks.map(({ clock }) => clock.stop(DRAIN_MS)));
    await webhook.close();
    await hangUp(redis);
    emit({ event: "worker.stopped" });
  };
  return {
    readiness: () => {
      if (stopped !== null) return { ready: false, reasons: ["it is stopping"] };
      const refused = writes.complaint(SILENT_TOO_LONG_MS + WATCH_EVERY_MS);
      const silent = clocks
        .filter(({ clock }) => clock.silentForMs > SILENT_TOO_LONG_MS)
        .map(({ account }) => `${account}: no answer from Redis`);
      const reasons = [...(refused === null ? [] : [refused]), ...silent];
      return { ready: reasons.length === 0, reasons };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
