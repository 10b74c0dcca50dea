/**
 * The operations, plugged together: what the HTTP door and the command line work on. Fails within two
 * seconds when Redis is away.
 */
import type { EnqueueWorld } from "../operations/enqueue.ts";
import type { AccountDesk } from "../operations/world.ts";
import { WakeQueue } from "../queue/wake-up.ts";
import { StoredHealth } from "../storage/account-health.ts";
import { AccountRegistry, type RegisteredAccount } from "../storage/account-registry.ts";
import { AccountStore } from "../storage/account-store.ts";
import { ActionStore } from "../storage/action-store.ts";
import { AuditStore } from "../storage/audit-store.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { connect, type ScriptedRedis } from "../storage/connection.ts";
import { DeadLetters } from "../storage/dead-letters.ts";
import { StoredLists } from "../storage/delivery-lists.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { isRedisAway } from "../storage/redis-away.ts";
import type { SessionsWorld } from "../operations/sessions.ts";
import { SessionStore } from "../storage/session-store.ts";
import { RefusedOrderStore } from "../storage/refused-order-store.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { callbackRefusal, enqueueAccountOf, limitsOf, policyOf, type Tuning } from "./compose.ts";
import type { AccountConfig, Config } from "./config.ts";
import { LeftDeliveries } from "./left-account.ts";
import { ANNOUNCE_EVERY_MS, NowAndThen } from "./now-and-then.ts";
import { channelsOf } from "./platforms.ts";
import { announceAccounts } from "./redis-safety.ts";

export interface Operations {
  readonly world: SessionsWorld;
  readonly enqueueWorld: EnqueueWorld;
  readonly redis: ScriptedRedis;
  readonly close: () => Promise<void>;
}

export interface OperationsOptions {
  readonly config: Config;
  readonly onError: (error: unknown) => void;
  readonly tuning?: Tuning;
}

/** How soon an account that has left the configuration is noticed. */
const LOOK_FOR_LEFT_EVERY_MS = 30_000;

export function openOperations({ config, onError, tuning = {} }: OperationsOptions): Operations {
  const { prefix } = config.redis;
  const redis = connect(config.redis, "producer", onError);
  const queueRedis = connect(config.redis, "producer", onError);
  const clock = new RedisClock(redis, config.redis);
  const announced = new NowAndThen(ANNOUNCE_EVERY_MS, () => announceAccounts(redis, config));
  const opened = Object.entries(config.accounts).map(([name, settings]) => {
    const wakeup = new WakeQueue(queueRedis, prefix, name, onError);
    const store = new DeliveryStore(redis, prefix, name);
    const desk = deskOf({ name, settings, config, tuning, redis, wakeup, store });
    const enqueueAccount = enqueueAccountOf({ settings, config, tuning, announced }, store, wakeup);
    return { name, wakeup, desk, enqueueAccount };
  });
  const now = (): number => clock.now();
  const desks = new Map<string, AccountDesk>(opened.map(({ name, desk }) => [name, desk]));
  const left: { readonly wakeup: WakeQueue }[] = [];
  const looked = new NowAndThen(LOOK_FOR_LEFT_EVERY_MS, async () => {
    const registered = await new AccountRegistry(redis, prefix).read();
    for (const { name, isConfigured } of desks.values()) {
      if (!isConfigured && !registered.some((account) => account.name === name)) desks.delete(name);
    }
    for (const account of registered) {
      if (desks.has(account.name)) continue;
      const wakeup = new WakeQueue(queueRedis, prefix, account.name, onError);
      left.push({ wakeup });
      desks.set(account.name, deskOfLeft(account, { config, tuning, redis, wakeup, now }));
    }
  });
  return {
    world: {
      accounts: desks,
      audit: new AuditStore(redis, prefix),
      actions: new ActionStore(redis, prefix),
      refusedOrders: new RefusedOrderStore(redis, prefix),
      sessions: new SessionStore(redis, prefix),
      now,
      ready: async () => {
        await clock.calibrate();
        await looked.done();
      },
      isAway: isRedisAway,
      onWakeupFailed: onError,
    },
    enqueueWorld: {
      accounts: new Map(opened.map(({ name, enqueueAccount }) => [name, enqueueAccount])),
      callbackRefusal: callbackRefusal(config),
      now,
      onWakeupFailed: onError,
    },
    redis,
    close: async () => {
      await Promise.all([...opened, ...left].map(({ wakeup }) => wakeup.close()));
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

interface DeskParts {
  readonly name: string;
  readonly settings: AccountConfig;
  readonly config: Config;
  readonly tuning: Tuning;
  readonly redis: ScriptedRedis;
  readonly wakeup: WakeQueue;
  readonly store: DeliveryStore;
}

function deskOf({ name, settings, config, tuning, redis, wakeup, store }: DeskParts): AccountDesk {
  const { prefix } = config.redis;
  const letters = new DeadLetters(redis, prefix, name, store);
  const callbacks = new CallbackStore(redis, prefix, name);
  const shared = new AccountStore(redis, prefix, name);
  return {
    name,
    platform: settings.platform,
    isConfigured: true,
    left: null,
    channels: channelsOf(settings),
    policy: policyOf(config, tuning),
    concurrency: settings.concurrency,
    rates: limitsOf(settings, tuning).rates,
    lists: new StoredLists(redis, prefix, name),
    changes: {
      save: (delivery, decision) => store.save(delivery, decision),
      replay: (replaying) => letters.replay(replaying),
      retryCallback: (id) => callbacks.retry(id),
    },
    wakeup,
    health: new StoredHealth(redis, prefix, name, tokenScopes(settings)),
    pause: (paused) => shared.pause(paused),
  };
}

/** An account that has left the configuration: it can be looked at, and its dead letters discarded. */
function deskOfLeft({ name, platform }: RegisteredAccount, parts: LeftParts): AccountDesk {
  const { config, tuning, redis, wakeup, now } = parts;
  const { prefix } = config.redis;
  const store = new DeliveryStore(redis, prefix, name);
  const letters = new DeadLetters(redis, prefix, name, store);
  const callbacks = new CallbackStore(redis, prefix, name);
  return {
    name,
    platform,
    isConfigured: false,
    left: new LeftDeliveries({ redis, prefix, name, platform, policy: policyOf(config, tuning), now }),
    channels: [],
    policy: policyOf(config, tuning),
    concurrency: 0,
    rates: {},
    lists: new StoredLists(redis, prefix, name),
    changes: {
      save: (delivery, decision) => store.save(delivery, decision),
      replay: (replaying) => letters.replay(replaying),
      retryCallback: (id) => callbacks.retry(id),
    },
    wakeup,
    health: new StoredHealth(redis, prefix, name, []),
    pause: (paused) => new AccountStore(redis, prefix, name).pause(paused),
  };
}

type LeftParts = Pick<DeskParts, "config" | "tuning" | "redis" | "wakeup"> & { readonly now: () => number };

/** The tokens that an account's channels work with. */
function tokenScopes(settings: AccountConfig): readonly string[] {
  if (settings.platform !== "yunzhijia") return [];
  return settings.resGroupSecret === undefined ? ["app"] : ["app", "resGroupSecret"];
}
