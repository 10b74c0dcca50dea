/**
 * The turn: which process does the periodic work that only one process of the fleet does. It is a key in Redis
 * with the name of that process, which expires. Another key has the time when a turn was last taken, so that
 * `bida doctor` notices when no process takes it.
 */
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { put } from "./put.ts";

/** The names of turns that `bida doctor` asks about. */
export const turnOfRetention = (account: string): string => `retention:${account}`;
export const turnOfMirror = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `mirror:${from}:${to}`;
export const turnOfAlerts = "alerts";

/** How long it stays known when a turn was last taken. */
const KNOWN_FOR_MS = 30 * 24 * 3_600_000;

export class Turn {
  readonly #redis: ScriptedRedis;
  readonly #key: string;
  readonly #takenKey: string;
  readonly #name: string;

  /** @param name of the process that wants the turn */
  constructor(
    redis: ScriptedRedis,
    { prefix, what, name }: { readonly prefix: string; readonly what: string; readonly name: string },
  ) {
    this.#redis = redis;
    const keys = new InstallationKeys(prefix);
    this.#key = keys.turn(what);
    this.#takenKey = keys.turnTaken(what);
    this.#name = name;
  }

  /** Takes or keeps the turn for `forMs`; false if another process has it. */
  async take(forMs: number): Promise<boolean> {
    if (!(await put(this.#redis, { key: this.#key, value: this.#name, forMs, isNew: true }))) {
      if ((await this.#redis.get(this.#key)) !== this.#name) return false;
      await this.#redis.pexpire(this.#key, forMs);
    }
    await put(this.#redis, { key: this.#takenKey, value: this.#name, forMs: KNOWN_FOR_MS });
    return true;
  }

  async release(): Promise<void> {
    if ((await this.#redis.get(this.#key)) === this.#name) await this.#redis.del(this.#key);
  }
}

/** How many ms ago a turn was last taken, by Redis' clock; null if nobody took it in the last 30 days. */
export async function turnTakenAgo(
  { prefix, what }: { readonly prefix: string; readonly what: string },
  redis: ScriptedRedis,
): Promise<number | null> {
  const leftMs = await redis.pttl(new InstallationKeys(prefix).turnTaken(what));
  return leftMs < 0 ? null : KNOWN_FOR_MS - leftMs;
}
