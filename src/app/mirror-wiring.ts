/**
 * Builds one configured mirror: the account that it reads, its memory, and how it enqueues.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { Mirror, Placement } from "../intake/mirror/ports.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { MirrorStore } from "../storage/mirror-store.ts";
import type { WiredAccount } from "./compose.ts";
import { policyOf, type Tuning } from "../config/policy-and-limits.ts";
import { ConfigError } from "../config/config-error.ts";
import type { Config, MirrorConfig } from "../config/config.ts";
import { platformNamed } from "../platforms/registry.ts";
import type { Producer } from "./producer.ts";

interface Wiring {
  readonly account: WiredAccount;
  readonly config: Config;
  readonly redis: ScriptedRedis;
  readonly producer: Producer;
  readonly tuning: Tuning;
}

export function mirrorOf(
  settings: MirrorConfig,
  { account, config, redis, producer, tuning }: Wiring,
): Mirror {
  const { from, to, lists, plugin, notice_type, recipients, url, headImg } = settings;
  const target = accountNamed(to, config);
  const source = accountNamed(from, config);
  const orders = platformNamed(target.platform).todoOrders?.(target);
  const { messages } = platformNamed(source.platform);
  if (orders === undefined) throw new ConfigError(`mirrors: ${to} has no todos`);
  if (messages === undefined) throw new ConfigError(`mirrors: ${from} has no messages`);
  const base = source.baseUrl.replace(/\/$/, "");
  return {
    from: account.context.account,
    to,
    readPass: messages.readPass,
    lists,
    filter: {
      ...(plugin === undefined ? {} : { plugin: String(plugin) }),
      ...(notice_type === undefined ? {} : { notice_type: String(notice_type) }),
    },
    recipients,
    todo: {
      orders,
      url: url ?? base,
      headImg: headImg ?? `${base}/favicon.ico`,
      prefersAvatar: headImg === undefined,
    },
    retentionMs: policyOf(config, tuning).retentionMs,
    memory: new MirrorStore(redis, { prefix: config.redis.prefix, from, to }),
    place: async (orders) => {
      const results = await producer.enqueueBatch(
        orders.map((order) => ({ account: to, ...order })),
        `mirror ${from}`,
      );
      return results.map(placementOf);
    },
    runtime: account.context.runtime,
  };
}

function placementOf(result: EnqueueResult): Placement {
  switch (result.kind) {
    case "created":
      return { kind: "placed", isNew: true };
    case "existing":
    case "notDurable":
    // The same key with another payload: the message or the configuration has changed since the todo was
    // ordered.
    case "conflict":
      return { kind: "placed", isNew: false };
    case "invalid":
      return { kind: "refused", fields: result.errors.map(({ pointer }) => pointer) };
    case "unknownAccount":
      return { kind: "refused", fields: ["/account"] };
    case "full":
      return { kind: "postponed", detail: "the account's backlog is full" };
    case "unavailable":
      return { kind: "postponed", detail: result.detail };
  }
}

export function accountNamed(name: string, { accounts }: Config): Config["accounts"][string] {
  const account = accounts[name];
  if (account === undefined) throw new ConfigError(`mirrors: there is no account ${name}`);
  return account;
}
