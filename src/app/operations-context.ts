/**
 * Assembles the operations for the HTTP API and the command line. Calls fail within two seconds when Redis is
 * away.
 */
import type { EnqueueAccount, EnqueueContext } from "../operations/enqueue.ts";
import type { OperationsAccount, OperationsContext } from "../operations/context.ts";
import { WakeQueue } from "../queue/wake-up.ts";
import { AccountDetailStore } from "../storage/account-journal-store.ts";
import { AccountHealthStore } from "../storage/account-health-store.ts";
import { AccountRegistry, type RegisteredAccount } from "../storage/account-registry.ts";
import { AccountStore } from "../storage/account-store.ts";
import { AccountWorkStore } from "../storage/account-work-store.ts";
import { ActionStore } from "../storage/action-store.ts";
import { AuditStore } from "../storage/audit-store.ts";
import { CallbackStore } from "../storage/callback-store.ts";
import { connect, type ScriptedRedis } from "../storage/connection.ts";
import { DeadLetterStore } from "../storage/dead-letter-store.ts";
import { CounterStore } from "../storage/counter-store.ts";
import { DeliveryListStore } from "../storage/delivery-list-store.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { DurableWrites } from "../storage/durable-writes.ts";
import { isRedisAway } from "../storage/redis-away.ts";
import type { SessionsContext } from "../operations/sessions.ts";
import { GroupMarkStore } from "../storage/group-mark-store.ts";
import { SessionStore } from "../storage/session-store.ts";
import { WorkerStore } from "../storage/worker-store.ts";
import { RefusedOrderStore } from "../storage/refused-order-store.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { callbackRefusal, enqueueAccountOf } from "./compose.ts";
import { limitsOf, policyOf, type Tuning } from "../config/policy-and-limits.ts";
import type { AccountConfig, Config } from "../config/config.ts";
import { platformNamed } from "../platforms/registry.ts";
import { LeftDeliveries } from "./left-account.ts";
import { ANNOUNCE_EVERY_MS, RepeatedWork } from "./repeated-work.ts";
import { channelsOf } from "./platforms.ts";
import { LazyReach } from "./platform-reach.ts";
import { announceAccounts } from "./redis-safety.ts";
import { traceLinks } from "./trace-links.ts";

export interface Operations {
  readonly context: SessionsContext;
  readonly enqueueContext: EnqueueContext;
  readonly redis: ScriptedRedis;
  readonly close: () => Promise<void>;
}

interface OperationsOptions {
  readonly config: Config;
  readonly onError: (error: unknown) => void;
  /** Default: a bug is reported like other errors. */
  readonly onBug?: OperationsContext["onBug"];
  readonly tuning?: Tuning;
}

/** How often it looks for accounts that have left the configuration. */
const LOOK_FOR_LEFT_EVERY_MS = 30_000;

export function openOperations(options: OperationsOptions): Operations {
  const { config, onError, onBug = ({ error }) => onError(error), tuning = {} } = options;
  const { prefix } = config.redis;
  const redis = connect(config.redis, { role: "producer", onError });
  const queueRedis = connect(config.redis, { role: "producer", onError });
  const clock = new RedisClock(redis, config.redis);
  const now = (): number => clock.now();
  const durable = new DurableWrites(redis, { ...config.redis, withinMs: tuning.durableWithinMs });
  const opening: Opening = { config, tuning, redis, queueRedis, durable, now, onError };
  const configured = openConfigured(opening);
  const accounts = new Map(configured.map(({ account }) => [account.name, account]));
  const left = followRegistry(accounts, opening);
  return {
    context: {
      accounts,
      audit: new AuditStore(redis, prefix),
      actions: new ActionStore(redis, prefix),
      refusedOrders: new RefusedOrderStore(redis, prefix),
      sessions: new SessionStore(redis, prefix),
      workers: new WorkerStore(redis, prefix),
      traceOf: traceLinks(config),
      now,
      ready: async () => {
        if (!clock.isCalibrated) await clock.calibrate();
        if (!left.looked.isDone) await left.looked.done();
      },
      isAway: isRedisAway,
      onWakeupFailed: onError,
      onBug,
    },
    enqueueContext: {
      accounts: new Map(configured.map(({ account, enqueueAccount }) => [account.name, enqueueAccount])),
      callbackRefusal: callbackRefusal(config),
      now,
      onWakeupFailed: onError,
    },
    redis,
    close: async () => {
      await Promise.all(configured.map(({ reach }) => reach.close()));
      await Promise.all(
        [...configured.map(({ wakeup }) => wakeup), ...left.wakeups].map((one) => one.close()),
      );
      durable.close();
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

interface Opening {
  readonly config: Config;
  readonly tuning: Tuning;
  readonly redis: ScriptedRedis;
  readonly queueRedis: ScriptedRedis;
  readonly durable: DurableWrites;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** One account of the configuration, for operations and for producers. */
interface OpenedAccount {
  readonly account: OperationsAccount;
  readonly enqueueAccount: EnqueueAccount;
  readonly wakeup: WakeQueue;
  readonly reach: LazyReach;
}

function openConfigured({
  config,
  tuning,
  redis,
  queueRedis,
  durable,
  now,
  onError,
}: Opening): OpenedAccount[] {
  const { prefix } = config.redis;
  const announced = new RepeatedWork(ANNOUNCE_EVERY_MS, () => announceAccounts(redis, config));
  return Object.entries(config.accounts).map(([name, settings]) => {
    const wakeup = new WakeQueue(queueRedis, { prefix, account: name, onError });
    const store = new DeliveryStore(redis, { prefix, account: name });
    const reach = new LazyReach({ name, settings, redis, prefix, store, tuning, now, onError });
    const account = configuredAccountOf({ name, settings, config, tuning, redis, wakeup, store, now, reach });
    const enqueueAccount = enqueueAccountOf(
      { settings, config, tuning, announced, durable },
      { store, wakeup },
    );
    return { account, enqueueAccount, wakeup, reach };
  });
}

/** Adds accounts that have left the configuration to `accounts`, and removes them when nothing is left of them. */
function followRegistry(
  accounts: Map<string, OperationsAccount>,
  { config, tuning, redis, queueRedis, now, onError }: Opening,
): { readonly looked: RepeatedWork; readonly wakeups: readonly WakeQueue[] } {
  const { prefix } = config.redis;
  const wakeups: WakeQueue[] = [];
  const looked = new RepeatedWork(LOOK_FOR_LEFT_EVERY_MS, async () => {
    const registered = await new AccountRegistry(redis, prefix).read();
    for (const { name, isConfigured } of accounts.values()) {
      if (!isConfigured && !registered.some((account) => account.name === name)) accounts.delete(name);
    }
    for (const account of registered) {
      if (accounts.has(account.name)) continue;
      const wakeup = new WakeQueue(queueRedis, { prefix, account: account.name, onError });
      wakeups.push(wakeup);
      accounts.set(account.name, leftAccountOf(account, { config, tuning, redis, wakeup, now }));
    }
  });
  return { looked, wakeups };
}

interface AccountParts {
  readonly name: string;
  readonly config: Config;
  readonly tuning: Tuning;
  readonly redis: ScriptedRedis;
  readonly wakeup: WakeQueue;
  readonly store: DeliveryStore;
  readonly now: () => number;
}

interface ConfiguredParts extends AccountParts {
  readonly settings: AccountConfig;
  readonly reach: LazyReach;
}

function configuredAccountOf(parts: ConfiguredParts): OperationsAccount {
  const { name, settings, config, tuning, reach } = parts;
  const { rates, checkBudget } = limitsOf(settings, tuning);
  const mirrorsTo = config.mirrors.filter(({ from }) => from === name).map(({ to }) => to);
  return {
    ...storesOf(parts, { scopes: tokenScopes(settings), buckets: Object.keys(rates), mirrorsTo }),
    platform: settings.platform,
    isConfigured: true,
    left: null,
    channels: channelsOf(settings),
    concurrency: settings.concurrency,
    rates,
    checkBudget: { calls: checkBudget.calls, windowMs: checkBudget.windowMs },
    reach: () => reach.get(),
  };
}

/** An account that has left the configuration: it can be read, and its dead letters discarded. */
function leftAccountOf({ name, platform }: RegisteredAccount, parts: LeftParts): OperationsAccount {
  const { config, tuning, redis, now } = parts;
  const { prefix } = config.redis;
  const store = new DeliveryStore(redis, { prefix, account: name });
  return {
    ...storesOf({ ...parts, name, store }, { scopes: [], buckets: [], mirrorsTo: [] }),
    platform,
    isConfigured: false,
    left: new LeftDeliveries({ redis, prefix, name, platform, policy: policyOf(config, tuning), now }),
    channels: [],
    concurrency: 0,
    rates: {},
    checkBudget: null,
    reach: null,
  };
}

/** What the configuration says about an account. */
interface Known {
  readonly scopes: readonly string[];
  readonly buckets: readonly string[];
  readonly mirrorsTo: readonly string[];
}

/** The stores of an account, configured or not. */
function storesOf(
  { name, config, tuning, redis, wakeup, store, now }: AccountParts,
  { scopes, buckets, mirrorsTo }: Known,
) {
  const { prefix } = config.redis;
  const deadLetters = new DeadLetterStore(redis, { scope: { prefix, account: name }, store });
  const callbacks = new CallbackStore(redis, { prefix, account: name });
  const shared = new AccountStore(redis, { prefix, account: name });
  const policy = policyOf(config, tuning);
  const { retentionMs, referenceRetentionMs } = policy;
  return {
    name,
    policy,
    lists: new DeliveryListStore(redis, { prefix, account: name }),
    counters: new CounterStore(redis, { prefix, account: name }),
    changes: {
      save: (delivery, decision) => store.save(delivery, { decision }),
      replay: (replaying) => deadLetters.replay(replaying),
      retryCallback: (id) => callbacks.retry(id),
      forget: (delivery) => deadLetters.forget(delivery, { retentionMs, referenceRetentionMs }),
    },
    wakeup,
    health: new AccountHealthStore(redis, { prefix, account: name, scopes, now }),
    groupMarks: new GroupMarkStore(redis, { prefix, account: name }),
    detail: new AccountDetailStore(redis, { prefix, account: name, buckets, scopes, mirrorsTo, now }),
    work: new AccountWorkStore(redis, { prefix, account: name }),
    pause: (pause) => shared.pause(pause),
    endHold: (what) => shared.endHold(what),
  } satisfies Partial<OperationsAccount>;
}

type LeftParts = Pick<AccountParts, "config" | "tuning" | "redis" | "wakeup" | "now">;

/** The access tokens that an account's channels use. */
function tokenScopes(settings: AccountConfig): readonly string[] {
  return platformNamed(settings.platform).tokenScopes?.(settings) ?? [];
}
