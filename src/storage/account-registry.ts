/**
 * Every account that a process of this installation has ever had in its configuration. An account that leaves
 * the configuration leaves deliveries behind: this registry is how they are found.
 *
 * `<prefix>:accounts` holds the platform of each account, and who retired it; `<prefix>:accounts:served` when a
 * worker last said that it serves the account. Workers of one installation may serve different accounts, so
 * only the second shows an account that nobody serves.
 */
import { z } from "zod";
import type { Actor } from "../delivery/timeline.ts";
import { evaluated, type ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";

export interface RegisteredAccount {
  readonly name: string;
  readonly platform: string;
  /** Who retired it, and why; null if nobody has. */
  readonly retired: Actor | null;
  /** In ms of Redis' clock; null if no worker ever served it. */
  readonly servedAt: number | null;
}

interface NamedPlatform {
  readonly name: string;
  readonly platform: string;
}

/** The platform of an entry that cannot be read. */
const UNKNOWN = "unknown";

const entrySchema = z.object({
  platform: z.string(),
  retired: z.object({ by: z.string(), note: z.string().nullable() }).nullable().default(null),
});

export class AccountRegistry {
  readonly #redis: ScriptedRedis;
  readonly #accounts: string;
  readonly #served: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    const keys = new InstallationKeys(prefix);
    this.#accounts = keys.accounts;
    this.#served = keys.accountsServed;
  }

  /** Adds the accounts that are missing. To be called before the first delivery of any of them is accepted. */
  async announce(accounts: readonly NamedPlatform[]): Promise<void> {
    if (accounts.length === 0) return;
    const named = accounts.flatMap(({ name, platform }) => [name, platform]);
    await this.#redis.eval(evaluated.addAccounts, 1, this.#accounts, ...named);
  }

  /** Sets the platform of these accounts, overwriting what is there. */
  async settle(accounts: readonly NamedPlatform[]): Promise<void> {
    if (accounts.length === 0) return;
    const fields = accounts.flatMap(({ name, platform }) => [name, JSON.stringify({ platform })]);
    await this.#redis.hset(this.#accounts, ...fields);
  }

  async serve(names: readonly string[], now: number): Promise<void> {
    if (names.length === 0) return;
    const values = names.flatMap((name) => [name, now]);
    await this.#redis.eval(evaluated.serveAccounts, 1, this.#served, ...values);
  }

  async read(): Promise<RegisteredAccount[]> {
    const [accounts, served] = await Promise.all([
      this.#redis.hgetall(this.#accounts),
      this.#redis.hgetall(this.#served),
    ]);
    return Object.entries(accounts)
      .map(([name, text]) => registeredOf(name, { text, servedAt: served[name] ?? null }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Null if no process has ever had it in its configuration, or its entry was removed. */
  async find(name: string): Promise<RegisteredAccount | null> {
    const [text, servedAt] = await Promise.all([
      this.#redis.hget(this.#accounts, name),
      this.#redis.hget(this.#served, name),
    ]);
    return text === null ? null : registeredOf(name, { text, servedAt });
  }

  /** Marks an account as retired, until a process has it in its configuration again. */
  async retire({ name, platform, retired }: Omit<RegisteredAccount, "servedAt">): Promise<void> {
    await this.#redis.hset(this.#accounts, name, JSON.stringify({ platform, retired }));
  }

  /** Removes an account of which nothing is left. */
  async forget(name: string): Promise<void> {
    await this.#redis.hdel(this.#served, name);
    await this.#redis.hdel(this.#accounts, name);
  }
}

function registeredOf(
  name: string,
  { text, servedAt }: { readonly text: string; readonly servedAt: string | null },
): RegisteredAccount {
  return { name, ...entryOf(text), servedAt: servedAt === null ? null : Number(servedAt) };
}

function entryOf(text: string): z.output<typeof entrySchema> {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    // Written by hand, or by a later version: the name alone is used.
    return { platform: UNKNOWN, retired: null };
  }
}
