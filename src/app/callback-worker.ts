/**
 * The callback worker: tells producers that their deliveries have ended, one clock an account.
 */
import { deliveryView } from "../operations/delivery-view.ts";
import { leaseCallbacks, notifyProducers, type CallbackLine } from "../pipeline/callback/notify-producer.ts";
import { Webhook } from "../pipeline/callback/webhook.ts";
import { LeaseClock } from "../queue/lease-clock.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { connect, hangUp } from "../storage/connection.ts";
import type { Emit } from "../telemetry/events.ts";
import { messageOf } from "./compose.ts";
import { ConfigError, type Config } from "./config.ts";
import type { RunningWorker } from "./worker-process.ts";

/** A callback takes 10 s at the most. */
const DRAIN_MS = 12_000;
const SILENT_TOO_LONG_MS = 5_000;

export interface CallbackWorkerOptions {
  readonly config: Config;
  readonly emit: Emit;
}

/** @throws ConfigError when the configuration has no `callbacks` */
export async function startCallbackWorker({ config, emit }: CallbackWorkerOptions): Promise<RunningWorker> {
  const { callbacks } = config;
  if (callbacks === undefined) throw new ConfigError("callbacks: are not configured; nothing to do");
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const redis = connect(config.redis, "worker", onError);
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
    await Promise.all(clocks.map(({ clock }) => clock.stop(DRAIN_MS)));
    await webhook.close();
    await hangUp(redis);
    emit({ event: "worker.stopped" });
  };
  return {
    readiness: () => {
      const reasons = clocks
        .filter(({ clock }) => clock.silentForMs > SILENT_TOO_LONG_MS)
        .map(({ account }) => `${account}: no answer from Redis`);
      return { ready: reasons.length === 0, reasons };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
