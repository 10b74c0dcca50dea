/**
 * Whether the work of one account makes progress, as its keys in Redis show. Only reads.
 */
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

export interface Due {
  /** The due time of the send that has been due longest, in ms of Redis' clock; null when none is due. */
  readonly send: number | null;
  readonly confirm: number | null;
  readonly callback: number | null;
}

export class AccountProgressStore {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;
  readonly #families: readonly string[];

  constructor(
    redis: ScriptedRedis,
    { prefix, account, families }: AccountScope & { readonly families: readonly string[] },
  ) {
    this.#redis = redis;
    this.#families = families;
    this.#keys = new AccountKeys(prefix, account);
  }

  async due(): Promise<Due> {
    const { confirmDue, callbackDue } = this.#keys;
    const [confirm = null, callback = null, ...sends] = await Promise.all(
      [confirmDue, callbackDue, ...this.#families.map((family) => this.#keys.sendDue(family))].map((list) =>
        this.#first(list),
      ),
    );
    const due = sends.filter((at) => at !== null);
    return { send: due.length === 0 ? null : Math.min(...due), confirm, callback };
  }

  /** Deliveries whose send is due later, the soonest of each family first. */
  async later(now: number, most: number): Promise<readonly string[]> {
    const found = await Promise.all(
      this.#families.map((family) =>
        this.#redis.zrange(this.#keys.sendDue(family), `(${now}`, "+inf", "BYSCORE", "LIMIT", 0, most),
      ),
    );
    return found.flat();
  }

  /** Deliveries whose check is due later, the latest first. */
  async checkedLater(now: number, most: number): Promise<readonly string[]> {
    return this.#redis.zrange(this.#keys.confirmDue, "+inf", `(${now}`, "BYSCORE", "REV", "LIMIT", 0, most);
  }

  async #first(list: string): Promise<number | null> {
    const [, at] = await this.#redis.zrange(list, 0, "0", "WITHSCORES");
    return at === undefined ? null : Number(at);
  }

  /** A fact that was found out about the account's installation; null if it is not known. */
  async fact(name: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.facts, name);
  }

  /** How many deliveries wait behind this one in its lane; 0 for one that is not the lane's head. */
  async waitingBehind(id: string, lane: string): Promise<number> {
    const key = this.#keys.lane(lane);
    const [head] = await this.#redis.zrange(key, 0, "0");
    return head === id ? (await this.#redis.zcard(key)) - 1 : 0;
  }
}
