/**
 * Whether Redis takes writes. A Redis that is full, cannot write to its disk or has become a replica still
 * answers reads, but nothing can be acknowledged.
 */
import { whyUnavailable } from "../operations/why-unavailable.ts";
import type { ScriptedRedis } from "./connection.ts";
import { MayEvict } from "./eviction.ts";
import { AccountKeys } from "./keys.ts";
import { checkScriptRights, lackingCommands } from "./script-rights.ts";

const EXPIRES_AFTER_S = 300;

/** Writes once for each account, because accounts spread over the masters of a cluster. */
export async function probeWrites(
  redis: ScriptedRedis,
  { prefix, accounts }: { readonly prefix: string; readonly accounts: readonly string[] },
): Promise<void> {
  const keys = accounts.map((account) => `${new AccountKeys(prefix, account).base}probe`);
  await Promise.all([
    ...keys.map(async (key) => redis.set(key, "1", "EX", EXPIRES_AFTER_S)),
    checkScriptRights(redis, prefix),
  ]);
}

/**
 * Changes nothing, and is refused where a write is refused, unless for memory: deletes a key that nobody has, once
 * for each account.
 */
export async function tryWrites(
  redis: ScriptedRedis,
  { prefix, accounts }: { readonly prefix: string; readonly accounts: readonly string[] },
): Promise<void> {
  const keys = accounts.map((account) => `${new AccountKeys(prefix, account).base}nothing`);
  await Promise.all(keys.map(async (key) => redis.unlink(key)));
}

/** Keeps the result of the last probe. `look` never rejects. */
export class WriteProbe {
  readonly #probe: () => Promise<void>;
  #failure: string | null = null;
  #takenAt = performance.now();
  #isLooking = false;

  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  /** One probe at a time: the one before may still wait for a Redis that is away. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#probe();
      this.#failure = null;
      this.#takenAt = performance.now();
    } catch (error) {
      this.#failure = writeFailureOf(error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Why nothing can be acknowledged or saved now; null while writes are taken. */
  complaint(silentTooLongMs: number): string | null {
    if (this.#failure !== null) return this.#failure;
    const silentMs = performance.now() - this.#takenAt;
    return silentMs > silentTooLongMs
      ? `Redis has taken no write for ${Math.round(silentMs / 1_000)} s`
      : null;
  }
}

/** The refusal in words for an operator, without any key or value in them. */
export function writeFailureOf(error: unknown): string {
  if (error instanceof MayEvict) return error.message;
  const lacking = lackingCommands(error);
  if (lacking !== null) return `Redis refuses writes: its user lacks rights (${lacking.join(", ")})`;
  return whyUnavailable(error);
}
