/**
 * Looks after accounts that have left the configuration and that no worker serves any more: each of their
 * deliveries ends at its deadline, dead `unconfigured`, and ended ones are deleted after the retention.
 *
 * The platform is not called, because there are no credentials. So it is unknown whether what was sent has
 * arrived, and the dead letter says so.
 */
import type { Delivery } from "../delivery/record.ts";
import { isEmpty } from "../operations/retire.ts";
import { within } from "../waiting/waiting.ts";
import { AccountHealthStore } from "../storage/account-health-store.ts";
import { AccountRegistry, type RegisteredAccount } from "../storage/account-registry.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import type { Emit } from "../telemetry/events.ts";
import { policyOf, type Tuning } from "../config/policy-and-limits.ts";
import type { Config } from "../config/config.ts";
import { isServed, LeftDeliveries } from "./left-account.ts";

interface UnconfiguredOptions {
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

  /** Sentences for the operator; they do not make this worker unready. */
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
        if (isServed(account, { now: now(), withinMs: servedWithinMs })) continue;
        const count = await this.#lookAfter(account);
        if (count > 0) waiting.push({ name: account.name, count });
      }
      this.#waiting = waiting;
    } catch (error) {
      onError(error);
    }
  }

  /** How many of its deliveries are still unfinished. */
  async #lookAfter({ name, platform, retired }: RegisteredAccount): Promise<number> {
    const { config, redis, now, tuning } = this.#options;
    const { prefix } = config.redis;
    const policy = policyOf(config, tuning);
    const onEnded = (ended: Delivery): void => this.#emitEnded(ended);
    const left = new LeftDeliveries({ redis, prefix, name, platform, policy, now, onEnded });
    const isStopping = (): boolean => this.#isStopping;
    const { waiting } = await left.end({ retired, most: Number.POSITIVE_INFINITY, isStopping });
    const store = new DeliveryStore(redis, { prefix, account: name });
    const { retentionMs, referenceRetentionMs } = policy;
    for (const status of FORGETTABLE)
      await store.purge(status, { retentionMs, referenceRetentionMs, most: 200 });
    if (
      retired !== null &&
      isEmpty(await new AccountHealthStore(redis, { prefix, account: name, scopes: [], now }).read())
    )
      await left.forget();
    return waiting;
  }

  #emitEnded({ request, state }: Delivery): void {
    const { now, emit } = this.#options;
    const { id, account, operation, lane, createdAt, traceparent } = request;
    const { sends, checks, detail } = state;
    const ended = { status: "dead", reason: "unconfigured", detail, sends, checks } as const;
    emit({
      event: "delivery.ended",
      account,
      id,
      operation,
      lane,
      traceparent,
      ...ended,
      ageMs: now() - createdAt,
    });
  }
}

export function unconfiguredWords(name: string, count: number): string {
  return `account ${name} has left the configuration, and ${count} of its deliveries wait for their deadlines`;
}
