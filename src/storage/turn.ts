/**
 * Whose turn it is to do what the fleet does once: a name in Redis, with an end. Beside it stands when somebody took it
 * last, so that `bida doctor` can tell when nobody does.
 */
import type { ScriptedRedis } from "./connection.ts";

/** Turns that are asked after elsewhere. */
export const turnOfRetention = (account: string): string => `retention:${account}`;
export const turnOfMirror = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `mirror:${from}:${to}`;
export const turnOfAlerts = "alerts";

/** How long it is known when somebody took a turn last. */
const KNOWN_FOR_MS = 30 * 24 * 3_600_000;

export class Turn {
  readonly #redis: ScriptedRedis;
  readonly #key: string;
  readonly #takenKey: string;
  readonly #name: string;

  /** @param name of whoever wants it */
  constructor(
    redis: ScriptedRedis,
    { prefix, what, name }: { readonly prefix: string; readonly what: string; readonly name: string },
  ) {
    this.#redis = redis;
    this.#key = `${prefix}:turn:${what}`;
    this.#takenKey = takenKey(prefix, what);
    this.#name = name;
  }

  /** Takes it, or keeps it, for so long; false if somebody else has it. */
  async take(forMs: number): Promise<boolean> {
    if ((await this.#redis.set(this.#key, this.#name, "PX", forMs, "NX")) !== "OK") {
      if ((await this.#redis.get(this.#key)) !== this.#name) return false;
      await this.#redis.pexpire(this.#key, forMs);
    }
    await this.#redis.set(this.#takenKey, this.#name, "PX", KNOWN_FOR_MS);
    return true;
  }

  async release(): Promise<void> {
    if ((await this.#redis.get(this.#key)) === this.#name) await this.#redis.del(this.#key);
  }
}

/** How many ms ago somebody took a turn last, by Redis' own clock; null for nobody in a month. */
export async function turnTakenAgo(
  { prefix, what }: { readonly prefix: string; readonly what: string },
  redis: ScriptedRedis,
): Promise<number | null> {
  const leftMs = await redis.pttl(takenKey(prefix, what));
  return leftMs < 0 ? null : KNOWN_FOR_MS - leftMs;
}

function takenKey(prefix: string, what: string): string {
  return `${prefix}:turn-taken:${what}`;
}
