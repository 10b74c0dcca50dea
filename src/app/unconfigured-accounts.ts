/**
 * Looks after accounts that have left the configuration, once no worker serves them any more: at its
 * deadline each of their deliveries ends dead `unconfigured`, and what ended long ago is forgotten.
 *
 * Nothing is sent and nothing is asked: there are no credentials. So nobody can say whether what was sent
 * has arrived, and the dead letter says that.
 */
import { die } from "../delivery/decision.ts";
import type { Delivery } from "../delivery/record.ts";
import { within } from "../queue/within.ts";
import { AccountRegistry, type RegisteredAccount } from "../storage/account-registry.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { unfinishedOf } from "../storage/unconfigured.ts";
import type { Emit } from "../telemetry/events.ts";
import { policyOf, type Tuning } from "./compose.ts";
import type { Config } from "./config.ts";

/** Workers say once a minute what they serve: whoever was not named for so long is nobody's. */
export const SERVED_WITHIN_MS = 180_000;

export interface UnconfiguredOptions {
  readonly config: Config;
  readonly redis: ScriptedRedis;
  readonly now: () => number;
  readonly emit: Emit;
  readonly onError: (error: unknown) => void;
  readonly tuning: Tuning;
  readonly everyMs: number;
  readonly servedWithinMs: number;
}

const FORGETTABLE = ["confirmed", "cancelled", "discarded"] as const;

export class UnconfiguredAccounts {
  readonly #options: UnconfiguredOptions;
  readonly #registry: AccountRegistry;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #isStopping = false;
  #waiting: readonly { readonly name: string; readonly count: number }[] = [];

  constructor(options: UnconfiguredOptions) {
    this.#options = options;
    this.#registry = new AccountRegistry(options.redis, options.config.redis.prefix);
  }

  /** What an operator is to know, in words; it does not keep this worker from its work. */
  get remarks(): readonly string[] {
    return this.#waiting.map(({ name, count }) => unconfiguredWords(name, count));
  }

  start(): void {
    this.#looking = this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, this.#options.everyMs);
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await within(graceMs, this.#looking);
  }

  async #look(): Promise<void> {
    if (this.#isStopping) return;
    const { config, now, onError, servedWithinMs } = this.#options;
    try {
      await this.#registry.serve(Object.keys(config.accounts), now());
      const accounts = await this.#registry.read();
      const left = accounts.filter(({ name }) => !Object.hasOwn(config.accounts, name));
      const waiting = [];
      for (const account of left) {
        if (this.#isStopping) return;
        if (now() - (account.servedAt ?? 0) < servedWithinMs) continue;
        const count = await this.#lookAfter(account);
        if (count > 0) waiting.push({ name: account.name, count });
      }
      this.#waiting = waiting;
    } catch (error) {
      onError(error);
    }
  }

  /** How many of its deliveries are unfinished still. */
  async #lookAfter({ name, isRetired }: RegisteredAccount): Promise<number> {
    const { config, redis, now, tuning } = this.#options;
    const store = new DeliveryStore(redis, config.redis.prefix, name);
    let waiting = 0;
    for await (const part of unfinishedOf(redis, config.redis.prefix, name)) {
      for (const { id, deadlineAt } of part) {
        if (this.#isStopping) return waiting;
        if (!isRetired && deadlineAt !== null && deadlineAt > now()) waiting += 1;
        else await this.#end(id, store, isRetired);
      }
    }
    const { retentionMs, referenceRetentionMs } = policyOf(config, tuning);
    for (const status of FORGETTABLE)
      await store.purge(status, { retentionMs, referenceRetentionMs, most: 200 });
    return waiting;
  }

  async #end(id: string, store: DeliveryStore, isRetired: boolean): Promise<void> {
    const { now, emit } = this.#options;
    const delivery = await store.get(id);
    if (delivery === null) return;
    if (delivery === "unreadable") return void (await store.condemn(id, now(), true));
    const decision = die(delivery.state, "unconfigured", detailOf(delivery, isRetired), [], { now: now() });
    const saving = await store.save(delivery, decision);
    if (saving.kind !== "saved") return;
    const { operation, lane, createdAt } = delivery.request;
    const { sends, checks, detail } = decision.state;
    const ended = { status: "dead", reason: "unconfigured", detail, sends, checks } as const;
    const { account } = store;
    emit({ event: "delivery.ended", account, id, operation, lane, ...ended, ageMs: now() - createdAt });
  }
}

function detailOf({ state }: Delivery, isRetired: boolean): string {
  const why = isRetired
    ? "its account has left the configuration and was retired"
    : "its account has left the configuration, and its deadline passed";
  return state.knowledge === "notSent"
    ? `${why}; it was never sent`
    : `${why}; what was sent may have arrived, and nobody could ask`;
}

export function unconfiguredWords(name: string, count: number): string {
  return `account ${name} has left the configuration, and ${count} of its deliveries wait for their deadlines`;
}
