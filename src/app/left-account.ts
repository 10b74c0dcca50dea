/**
 * An account that has left the configuration: ends its deliveries, for the person who retires it and for the workers
 * that look after it.
 */
import type { Actor } from "../delivery/timeline.ts";
import type { Policy } from "../delivery/policy.ts";
import type { Delivery } from "../delivery/record.ts";
import { endUnconfigured } from "../delivery/unconfigured.ts";
import type { StoredDelivery } from "../operations/ports.ts";
import type { LeftAccount, LeftState } from "../operations/left-account.ts";
import { AccountRegistry } from "../storage/account-registry.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { DeliveryListStore } from "../storage/delivery-list-store.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { unfinishedOf } from "../storage/unconfigured.ts";

/**
 * Workers record once a minute which accounts they serve. An account that none has named for this long is not
 * served.
 */
export const SERVED_WITHIN_MS = 180_000;

interface LeftAccountParts {
  readonly redis: ScriptedRedis;
  readonly prefix: string;
  readonly name: string;
  readonly platform: string;
  readonly policy: Policy;
  readonly now: () => number;
  readonly onEnded?: (ended: Delivery) => void;
}

interface Ending {
  readonly retired: Actor | null;
  readonly most: number;
  /** Checked between two batches. */
  readonly isStopping?: () => boolean;
}

/** Another process may move a delivery on between our read and our write; then it is read again. */
const TRIES = 3;

export class LeftDeliveries implements LeftAccount {
  readonly #parts: LeftAccountParts;
  readonly #registry: AccountRegistry;
  readonly #store: DeliveryStore;
  readonly #lists: DeliveryListStore;

  constructor(parts: LeftAccountParts) {
    const { redis, prefix, name } = parts;
    this.#parts = parts;
    this.#registry = new AccountRegistry(redis, prefix);
    this.#store = new DeliveryStore(redis, { prefix, account: name });
    this.#lists = new DeliveryListStore(redis, { prefix, account: name });
  }

  readonly read = async (): Promise<LeftState> => {
    const { name, now } = this.#parts;
    const found = await this.#registry.find(name);
    if (found === null) return { isServed: false, retired: null };
    return { isServed: isServed(found, { now: now(), withinMs: SERVED_WITHIN_MS }), retired: found.retired };
  };

  readonly retire = async (by: Actor): Promise<void> => {
    const { name, platform } = this.#parts;
    await this.#registry.retire({ name, platform, retired: by });
  };

  readonly endSome = async (by: Actor, most: number): Promise<number> =>
    (await this.end({ retired: by, most })).ended;

  readonly forget = async (): Promise<void> => this.#registry.forget(this.#parts.name);

  /** Ends the deliveries that are past their deadline; of a retired account, all. */
  async end({ retired, most, isStopping }: Ending): Promise<{ ended: number; waiting: number }> {
    const { redis, prefix, name, now } = this.#parts;
    let [ended, waiting] = [0, 0];
    for await (const part of unfinishedOf(redis, { prefix, account: name })) {
      if (isStopping?.() === true || ended >= most) break;
      const due = part.filter(
        ({ deadlineAt }) => retired !== null || deadlineAt === null || deadlineAt <= now(),
      );
      waiting += part.length - due.length;
      const done = await Promise.all(due.slice(0, most - ended).map(({ id }) => this.#endOne(id, retired)));
      ended += done.filter(Boolean).length;
    }
    return { ended, waiting };
  }

  async #endOne(id: string, retired: Actor | null): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [stored] = await this.#lists.read([id]);
      if (stored === undefined || stored === null) return false;
      if (stored === "unreadable")
        return (
          (await this.#store.endUnreadable(id, { now: this.#parts.now(), leavesLane: true })).kind === "saved"
        );
      if (stored.delivery.state.finishedAt !== undefined) return false;
      if (await this.#save(stored, retired)) return true;
    }
    return false;
  }

  async #save({ delivery, isBeingSent }: StoredDelivery, retired: Actor | null): Promise<boolean> {
    const { policy, now, onEnded } = this.#parts;
    const decision = endUnconfigured(delivery.state, {
      unconfigured: { retired, isBeingSent },
      context: { policy, now: now() },
    });
    const { kind } = await this.#store.save(delivery, { decision });
    if (kind !== "saved") return false;
    onEnded?.({ ...delivery, state: decision.state });
    return true;
  }
}

export function isServed(
  { servedAt }: { readonly servedAt: number | null },
  { now, withinMs }: { readonly now: number; readonly withinMs: number },
): boolean {
  return servedAt !== null && now - servedAt < withinMs;
}
