/**
 * Sessions, login links and wrong keys in Redis. Each session is a key of its own that expires when the session
 * was idle for too long; an index names them all.
 */
import { z } from "zod";
import {
  LINK_LASTS_MS,
  SESSION_IDLE_MS,
  type KeptSession,
  type ListedSession,
  type Sessions,
} from "../operations/sessions.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { readKept } from "./stored-fields.ts";

const WRONG_KEYS_WINDOW_MS = 60_000;
/** At most this many are open; beyond that, those that would expire first are ended. */
const MOST_OPEN = 1_000;

const kept = z.object({
  by: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  address: z.string(),
  agent: z.string().nullable(),
}) satisfies z.ZodType<KeptSession>;

export class SessionStore implements Sessions {
  readonly #redis: ScriptedRedis;
  readonly #keys: InstallationKeys;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    this.#keys = new InstallationKeys(prefix);
  }

  async open(id: string, session: KeptSession): Promise<void> {
    await this.#redis
      .multi()
      .set(this.#keys.session(id), JSON.stringify(session), "PX", SESSION_IDLE_MS)
      .zadd(this.#keys.allSessions, session.expiresAt, id)
      .zremrangebyscore(this.#keys.allSessions, "-inf", session.createdAt)
      .exec();
    const surplus = (await this.#redis.zcard(this.#keys.allSessions)) - MOST_OPEN;
    if (surplus <= 0) return;
    for (const oldest of await this.#redis.zrange(this.#keys.allSessions, 0, String(surplus - 1)))
      await this.end(oldest);
  }

  async use(id: string): Promise<KeptSession | null> {
    return parse(await this.#redis.getex(this.#keys.session(id), "PX", SESSION_IDLE_MS));
  }

  async goesOn(id: string): Promise<boolean> {
    return (await this.#redis.exists(this.#keys.session(id))) === 1;
  }

  async list(now: number): Promise<readonly ListedSession[]> {
    const ids = await this.#redis.zrevrange(this.#keys.allSessions, 0, MOST_OPEN - 1);
    const listed = await Promise.all(
      ids.map(async (id) => {
        const [text, idleMs] = await Promise.all([
          this.#redis.get(this.#keys.session(id)),
          this.#redis.pttl(this.#keys.session(id)),
        ]);
        const session = parse(text);
        if (text === null) await this.#redis.zrem(this.#keys.allSessions, id);
        return session === null || session.expiresAt <= now
          ? []
          : [{ ...session, id, usedAt: now - Math.max(0, SESSION_IDLE_MS - idleMs) }];
      }),
    );
    return listed.flat();
  }

  async end(id: string): Promise<KeptSession | null> {
    const [text] = await Promise.all([
      this.#redis.getdel(this.#keys.session(id)),
      this.#redis.zrem(this.#keys.allSessions, id),
    ]);
    return parse(text);
  }

  async addLink(id: string, by: string): Promise<void> {
    await this.#redis.set(this.#keys.loginLink(id), by, "PX", LINK_LASTS_MS);
  }

  async takeLink(id: string): Promise<string | null> {
    return this.#redis.getdel(this.#keys.loginLink(id));
  }

  async countAttempt(address: string): Promise<{ attempts: number; leftMs: number }> {
    const key = this.#keys.wrongKeys(address);
    const answers = await this.#redis
      .multi()
      .set(key, 0, "PX", WRONG_KEYS_WINDOW_MS, "NX")
      .incr(key)
      .pttl(key)
      .exec();
    const [, attempts, leftMs] = (answers ?? []).map(([, answer]) => Number(answer));
    return { attempts: attempts ?? 0, leftMs: leftMs ?? WRONG_KEYS_WINDOW_MS };
  }

  async forgiveAttempt(address: string): Promise<void> {
    await this.#redis.del(this.#keys.wrongKeys(address));
  }
}

/** Null also for a session that cannot be read: its user must sign in again. */
function parse(text: string | null): KeptSession | null {
  return text === null ? null : readKept<KeptSession>(kept, text);
}
