/**
 * The Redis stream that producers of any language write orders to:
 * `XADD bida:intake * order '<json>' [reply bida:reply:<name>]`.
 *
 * Entries are read in a consumer group. An entry is acknowledged and deleted in one step, and only when its
 * delivery's record is in Redis or its refusal has been kept; what a crashed consumer held is claimed by
 * another. Its default key is its place in the stream, so reading it twice makes one delivery.
 */
import type { Redis } from "ioredis";
import type { FoundOrder } from "./take-orders.ts";
import type { OrderFate } from "./fate.ts";

export const GROUP = "bida";
const REPLY_PREFIX = "bida:reply:";
const MOST_REPLIES = 1_000;
const REPLIES_LAST_SECONDS = 24 * 3_600;
/** Redis' own limit on nothing: a name that a person can still read. */
const LONGEST_REPLY_NAME = 200;

export interface StreamOrder extends FoundOrder {
  /** The stream that wants to know what became of it; null for none. */
  readonly reply: string | null;
}

export interface OrderStreamOptions {
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Waits for entries, and carries nothing else. */
  readonly waiting: Redis;
  readonly key: string;
  /** Different for each process. */
  readonly consumer: string;
}

type Entries = readonly (readonly [id: string, fields: readonly string[] | null])[];

export class OrderStream {
  readonly #redis: Redis;
  readonly #waiting: Redis;
  readonly #key: string;
  readonly #consumer: string;

  constructor({ redis, waiting, key, consumer }: OrderStreamOptions) {
    this.#redis = redis;
    this.#waiting = waiting;
    this.#key = key;
    this.#consumer = consumer;
  }

  /** Makes the group, and the stream with it; both may be there. Orders from before the group count too. */
  async open(): Promise<void> {
    try {
      await this.#redis.xgroup("CREATE", this.#key, GROUP, "0", "MKSTREAM");
    } catch (error) {
      if (!isRefusal(error, "BUSYGROUP")) throw error;
    }
  }

  /** Waits at most `waitMs` for new entries. */
  async next(most: number, waitMs: number): Promise<StreamOrder[]> {
    const found = (await this.#waiting.xreadgroup(
      "GROUP",
      GROUP,
      this.#consumer,
      "COUNT",
      most,
      "BLOCK",
      waitMs,
      "STREAMS",
      this.#key,
      ">",
    )) as [string, Entries][] | null;
    return (found?.[0]?.[1] ?? []).map((entry) => this.#orderOf(entry));
  }

  /** Takes over what other consumers have held for longer than `idleMs`: they have crashed. */
  async claim(most: number, idleMs: number): Promise<StreamOrder[]> {
    const [, entries] = (await this.#redis.xautoclaim(
      this.#key,
      GROUP,
      this.#consumer,
      idleMs,
      "0",
      "COUNT",
      most,
    )) as [string, Entries];
    return entries.map((entry) => this.#orderOf(entry));
  }

  /** Removes what has a fate, and tells who wants to know. */
  async settle(orders: readonly StreamOrder[], fates: readonly OrderFate[]): Promise<void> {
    const settled = orders.flatMap((order, index) => {
      const fate = fates[index];
      return fate === undefined || fate.kind === "later" ? [] : [{ order, fate }];
    });
    if (settled.length === 0) return;
    await Promise.all(settled.map(async ({ order, fate }) => this.#tell(order, fate)));
    const ids = settled.map(({ order }) => order.entry);
    await this.#redis
      .multi()
      .xack(this.#key, GROUP, ...ids)
      .xdel(this.#key, ...ids)
      .exec();
  }

  /** Leaves the group, if nothing is left that only this consumer holds. */
  async leave(): Promise<void> {
    const held = await this.#redis.xpending(this.#key, GROUP, "-", "+", 1, this.#consumer);
    if (held.length === 0) await this.#redis.xgroup("DELCONSUMER", this.#key, GROUP, this.#consumer);
  }

  /** A crash after this tells twice; the reply names the entry. */
  async #tell({ entry, reply }: StreamOrder, fate: Exclude<OrderFate, { kind: "later" }>): Promise<void> {
    if (reply === null) return;
    const answer =
      fate.kind === "acknowledged"
        ? ["result", fate.result, "id", fate.id]
        : ["result", "refused", "errors", JSON.stringify(fate.errors)];
    const told = this.#redis.multi();
    told.xadd(reply, "MAXLEN", "~", MOST_REPLIES, "*", "entry", entry, ...answer);
    told.expire(reply, REPLIES_LAST_SECONDS);
    await told.exec();
  }

  #orderOf([entry, fields]: Entries[number]): StreamOrder {
    const named = new Map<string, string>();
    for (let at = 0; at + 1 < (fields?.length ?? 0); at += 2)
      named.set(fields?.[at] ?? "", fields?.[at + 1] ?? "");
    const text = named.get("order");
    const reply = named.get("reply") ?? null;
    const defaultKey = `stream:${this.#key}:${entry}`;
    if (text === undefined) {
      const errors = [{ pointer: "", detail: "expected a field `order` with the order as JSON" }];
      const told = reply !== null && isReplyName(reply) ? reply : null;
      return { entry, text: "", defaultKey, reply: told, errors };
    }
    if (reply === null || isReplyName(reply)) return { entry, text, defaultKey, reply };
    const detail = `expected a stream whose name begins with ${REPLY_PREFIX} and has at most ${LONGEST_REPLY_NAME} characters`;
    return { entry, text, defaultKey, reply: null, errors: [{ pointer: "/reply", detail }] };
  }
}

function isReplyName(name: string): boolean {
  return (
    name.startsWith(REPLY_PREFIX) && name.length > REPLY_PREFIX.length && name.length <= LONGEST_REPLY_NAME
  );
}

export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}
