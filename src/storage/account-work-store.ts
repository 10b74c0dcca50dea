/**
 * The leases of an account, and whether its workers sleep. Only reads.
 */
import type { AccountWork, AccountWorkReader, Leases } from "../operations/account-work.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

export class AccountWorkStore implements AccountWorkReader {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
  }

  async read(): Promise<AccountWork> {
    const [sends, checks, asleep] = await Promise.all([
      this.#leases(this.#keys.sendLeases),
      this.#leases(this.#keys.confirmLeases),
      this.#redis.exists(this.#keys.asleep),
    ]);
    return { sends, checks, isAsleep: asleep === 1 };
  }

  async #leases(list: string): Promise<Leases> {
    const [count, [, first]] = await Promise.all([
      this.#redis.zcard(list),
      this.#redis.zrange(list, 0, "0", "WITHSCORES"),
    ]);
    return { count, firstEndsAt: first === undefined ? null : Number(first) };
  }
}
