/**
 * What a mirror has mirrored: one hash, under the base of the account that the messages come from, with one
 * field for each fact, for example `<message id>:readAt`.
 *
 * Each fact has its own field, so that two mirrors that write at once do not overwrite each other.
 */
import { NOTHING_KNOWN, type Facts, type MirrorMemory, type Remembered } from "../intake/mirror/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";
import { argsOf, MIRROR_UNMAPPED } from "./scripts.ts";

const FACTS = Object.keys(NOTHING_KNOWN) as readonly (keyof Remembered)[];
const FORGET_AT_ONCE = 1_000;

export class MirrorStore implements MirrorMemory {
  readonly #redis: ScriptedRedis;
  readonly #base: string;
  readonly #to: string;
  readonly #key: string;
  readonly #until: string;

  constructor(redis: ScriptedRedis, { prefix, from, to }: { prefix: string; from: string; to: string }) {
    this.#redis = redis;
    const keys = new AccountKeys(prefix, from);
    this.#base = keys.base;
    this.#until = keys.mirrored(to);
    this.#to = to;
    this.#key = `${this.#base}mirror:${to}`;
  }

  async load(): Promise<ReadonlyMap<string, Remembered>> {
    const memory = new Map<string, Remembered>();
    for (const [field, value] of Object.entries(await this.#redis.hgetall(this.#key))) {
      const cut = field.lastIndexOf(":");
      const fact = FACTS.find((name) => name === field.slice(cut + 1));
      if (fact === undefined) continue;
      const id = field.slice(0, cut);
      const known = memory.get(id) ?? NOTHING_KNOWN;
      memory.set(id, { ...known, [fact]: fact === "openId" ? value : Number(value) });
    }
    return memory;
  }

  async note(facts: ReadonlyMap<string, Facts>): Promise<void> {
    await Promise.all([...facts].map(([id, learned]) => this.#noteOne(id, learned)));
  }

  async forget(messageIds: readonly string[]): Promise<void> {
    for (let start = 0; start < messageIds.length; start += FORGET_AT_ONCE) {
      const ids = messageIds.slice(start, start + FORGET_AT_ONCE);
      await this.#redis.hdel(this.#key, ...ids.flatMap((id) => FACTS.map((fact) => `${id}:${fact}`)));
    }
  }

  async caughtUp(at: number): Promise<void> {
    await this.#redis.set(this.#until, Math.round(at));
  }

  async countUnmapped(
    { messageId, staffId }: { readonly messageId: string; readonly staffId: string },
    now: number,
  ): Promise<number | null> {
    const counted = await this.#redis.bidaMirrorUnmapped(
      this.#base,
      ...argsOf(MIRROR_UNMAPPED, { named: { to: this.#to, message: messageId, staff: staffId, at: now } }),
    );
    return counted === 0 ? null : counted;
  }

  async #noteOne(id: string, learned: Facts): Promise<void> {
    const known = Object.entries(learned).filter(([, value]) => value !== null);
    const takenBack = Object.entries(learned).filter(([, value]) => value === null);
    if (takenBack.length > 0)
      await this.#redis.hdel(this.#key, ...takenBack.map(([fact]) => `${id}:${fact}`));
    if (known.length > 0)
      await this.#redis.hset(
        this.#key,
        known.flatMap(([fact, value]) => [`${id}:${fact}`, value]),
      );
  }
}
