/**
 * The callback worker: sends the callbacks of ended deliveries, with one clock for each account. Accounts that
 * have left the configuration have a clock too, because their deliveries also end.
 */
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
import { within } from "../waiting/waiting.ts";
import { AccountRegistry } from "../storage/account-registry.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { hangUp, type ScriptedRedis } from "../storage/connection.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import type { Emit } from "../telemetry/events.ts";
import { ConfigError } from "../config/config-error.ts";
import type { CallbackConfig } from "../config/config.ts";
import { isServed, SERVED_WITHIN_MS } from "./left-account.ts";
import { connectTrusted } from "./redis-safety.ts";
import {
  emitRedisFailed,
  runningWorker,
  watchWrites,
  type RunningWorker,
  type WorkerOptions,
} from "./running-worker.ts";

/** A callback takes at most 10 s. */
const DRAIN_MS = 12_000;
const SILENT_TOO_LONG_MS = 5_000;
/** For all accounts and receivers of this process. */
const UNDER_WAY_AT_MOST = 1_000;
const REGISTRY_EVERY_MS = 60_000;

interface CallbackWorkerOptions extends Omit<WorkerOptions, "warn" | "tuning"> {
  readonly warn?: (warning: string) => void;
  /** How often it looks for accounts that have left the configuration. */
  readonly registryEveryMs?: number;
  /** An account that no worker has served for this long counts as having left. */
  readonly servedWithinMs?: number;
}

/** @throws ConfigError when the configuration has no `callbacks` */
export async function startCallbackWorker(options: CallbackWorkerOptions): Promise<RunningWorker> {
  const { config, emit } = options;
  const { callbacks } = config;
  if (callbacks === undefined) throw new ConfigError("callbacks: are not configured; nothing to do");
  const onError = emitRedisFailed(emit);
  const redis = await connectTrusted({ ...options, warn: options.warn ?? (() => undefined) }, onError);
  const writes = watchWrites(redis, config);
  const webhook = new Webhook(callbacks, secretsFor(callbacks));
  const clocks = new CallbackClocks({ redis, prefix: config.redis.prefix, webhook, emit, onError });
  for (const account of Object.keys(config.accounts)) clocks.serve(account);
  const left = serveTheLeft(clocks, { redis, options: { ...options, onError } });
  emit({ event: "worker.ready" });
  return runningWorker({
    complaints: () => [...writes.complaints(), ...clocks.complaints()],
    stop: async () => {
      emit({ event: "worker.draining" });
      writes.stop();
      await left.stop();
      await clocks.stop();
      await webhook.close();
      await hangUp(redis);
      emit({ event: "worker.stopped" });
    },
  });
}

interface ClocksOptions {
  readonly redis: ScriptedRedis;
  readonly prefix: string;
  readonly webhook: Webhook;
  readonly emit: Emit;
  readonly onError: (error: unknown) => void;
}

/** One clock for each account. The callbacks of all clocks together are limited. */
class CallbackClocks {
  readonly #options: ClocksOptions;
  readonly #slots = new HostSlots();
  readonly #underWay = new Set<Promise<void>>();
  readonly #clocks = new Map<string, LeaseClock<CallbackLease>>();

  constructor(options: ClocksOptions) {
    this.#options = options;
  }

  serves(account: string): boolean {
    return this.#clocks.has(account);
  }

  serve(account: string): void {
    const context = this.#contextOf(account);
    const clock = new LeaseClock({
      lease: () => leaseCallbacks(context),
      isEmpty: (lease) => lease.callbacks.length === 0,
      run: (lease) => this.#begin(lease, context),
      // Nothing to do: a leased callback falls due again by itself.
      release: async () => undefined,
      onError: this.#options.onError,
      gatherMs: 100,
    });
    clock.start();
    this.#clocks.set(account, clock);
  }

  complaints(): string[] {
    return [...this.#clocks]
      .filter(([, clock]) => clock.silentForMs > SILENT_TOO_LONG_MS)
      .map(([account]) => `${account}: no answer from Redis`);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#clocks.values()].map((clock) => clock.stop(DRAIN_MS)));
    await within(DRAIN_MS, Promise.all(this.#underWay));
  }

  #contextOf(account: string): CallbackContext {
    const { redis, prefix, webhook, emit } = this.#options;
    return {
      account,
      callbacks: new CallbackStore(redis, { prefix, account }),
      post: (url, posted) => webhook.post(url, posted),
      view: deliveryView,
      slots: this.#slots,
      monotonicMs: () => performance.now(),
      random: Math.random,
      emit,
    };
  }

  /** A round is over when its callbacks have begun, so that none waits for another's receiver. */
  async #begin(lease: CallbackLease, context: CallbackContext): Promise<void> {
    for (const notice of notifyProducers(lease, context)) {
      const tracked = notice.catch(this.#options.onError).finally(() => this.#underWay.delete(tracked));
      this.#underWay.add(tracked);
    }
    while (this.#underWay.size >= UNDER_WAY_AT_MOST) await Promise.race(this.#underWay);
  }
}

type LeftOptions = CallbackWorkerOptions & Pick<ClocksOptions, "onError">;

/** Adds clocks for accounts that have left the configuration, looking for them now and then. */
function serveTheLeft(
  clocks: CallbackClocks,
  {
    redis,
    options: { config, onError, registryEveryMs = REGISTRY_EVERY_MS, servedWithinMs = SERVED_WITHIN_MS },
  }: { readonly redis: ScriptedRedis; readonly options: LeftOptions },
): { readonly stop: () => Promise<void> } {
  const { prefix } = config.redis;
  const registry = new AccountRegistry(redis, prefix);
  const redisClock = new RedisClock(redis, { prefix });
  let isStopping = false;
  const look = async (): Promise<void> => {
    await redisClock.recalibrate();
    const found = (await registry.read()).filter(({ name }) => !clocks.serves(name));
    const basis = { now: redisClock.now(), withinMs: servedWithinMs };
    for (const account of found) if (!isStopping && !isServed(account, basis)) clocks.serve(account.name);
  };
  let looking = look().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, registryEveryMs);
  return {
    stop: async () => {
      isStopping = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** The secrets of a host, or else those for all hosts. */
function secretsFor({ secret, secrets, hosts }: CallbackConfig): (host: string) => readonly string[] {
  const all = secret === undefined ? secrets : [...secrets, secret];
  return (host) => Object.entries(hosts).find(([pattern]) => matchesHost(host, pattern))?.[1].secrets ?? all;
}
