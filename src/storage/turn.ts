/**
 * Whose turn it is to do what the fleet does once: a name in Redis, with an end.
 */
import type { ScriptedRedis } from "./connection.ts";

export class Turn {
  readonly #redis: ScriptedRedis;
  readonly #key: string;
  readonly #name: string;

  /** @param name of whoever wants it */
  constructor(
    redis: ScriptedRedis,
    { prefix, what, name }: { readonly prefix: string; readonly what: string; readonly name: string },
  ) {
    this.#redis = redis;
    this.#key = `${prefix}:turn:${what}`;
    this.#name = name;
  }

  /** Takes it, or keeps it, for so long; false if somebody else has it. */
  async take(forMs: number): Promise<boolean> {
    if ((await this.#redis.set(this.#key, this.#name, "PX", forMs, "NX")) === "OK") return true;
    if ((await this.#redis.get(this.#key)) !== this.#name) return false;
    await this.#redis.pexpire(this.#key, forMs);
    return true;
  }

  async release(): Promise<void> {
    if ((await this.#redis.get(this.#key)) === this.#name) await this.#redis.del(this.#key);
  }
}
