/**
 * Access to one account's platform for people's requests, opened at the first one. It shares limits, tokens and
 * breaker with the workers, through Redis.
 */
import { Account } from "../account/account.ts";
import { CallMonitor } from "../account/calls.ts";
import { redactingChannel } from "../account/redacting-channel.ts";
import { environmentProxies } from "../config/environment.ts";
import type { AccountConfig } from "../config/config.ts";
import { limitsOf, type Tuning } from "../config/policy-and-limits.ts";
import type { PlatformReach } from "../operations/context.ts";
import { AccountStore } from "../storage/account-store.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import type { DeliveryStore } from "../storage/delivery-store.ts";
import { channelsOf, partsOf } from "./platforms.ts";

interface ReachWiring {
  readonly name: string;
  readonly settings: AccountConfig;
  readonly redis: ScriptedRedis;
  readonly prefix: string;
  readonly store: DeliveryStore;
  readonly tuning: Tuning;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Enough for a few requests at once; the workers have their own connections. */
const CONNECTIONS = 8;

export class LazyReach {
  readonly #wiring: ReachWiring;
  #opened: { readonly reach: PlatformReach; readonly close: () => Promise<void> } | null = null;

  constructor(wiring: ReachWiring) {
    this.#wiring = wiring;
  }

  /** Null where this process has no secrets: the command line does not resolve the references to them. */
  get(): PlatformReach | null {
    if (hasUnresolved(this.#wiring.settings)) return null;
    this.#opened ??= open(this.#wiring);
    return this.#opened.reach;
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
  }
}

function open({ name, settings, redis, prefix, store, tuning, now, onError }: ReachWiring) {
  const limits = limitsOf(settings, tuning);
  const shared = new AccountStore(redis, { prefix, account: name });
  const parts = partsOf(settings, { connections: CONNECTIONS, now, proxies: environmentProxies() });
  const calls = new CallMonitor(shared, {
    limits: limits.breaker,
    listener: {
      onChange: () => undefined,
      onHold: () => undefined,
      onError,
    },
  });
  const reach: PlatformReach = {
    account: new Account({ name, limits, store: shared, deliveries: store, calls, ...parts }),
    channels: channelsOf(settings).map((channel) => redactingChannel(channel, parts.redact)),
    receiptOf: async (hash) => (await store.referenced(hash))?.receipt ?? null,
  };
  return {
    reach,
    close: async () => {
      await calls.stop();
      await parts.wire.close();
    },
  };
}

function hasUnresolved(settings: AccountConfig): boolean {
  return /"\$\{(?:env|file):/.test(JSON.stringify(settings));
}
