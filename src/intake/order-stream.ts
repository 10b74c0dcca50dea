/**
 * The Redis stream that producers of any language write orders to:
 * `XADD bida:intake * order '<json>' [reply bida:reply:<name>]`.
 *
 * Entries are read in a consumer group. An entry is acknowledged and deleted in one step, and only when its
 * delivery's record is in Redis or its refusal has been kept; what a crashed consumer held is claimed by
 * another. Its default key is its place in the stream, so reading it twice makes one delivery.
 *
 * So whatever is in the stream is new to the group or pending in it. What is neither (the group was made, or
 * set, behind it; somebody else acknowledged it) would wait for ever, and is taken up again.
 */
import type { Redis } from "ioredis";
import type { OrderFate } from "./fate.ts";
import { readEntry, type RawEntry, type StreamOrder } from "./read-entry.ts";

export const GROUP = "bida";
const MOST_REPLIES = 1_000;
const REPLIES_LAST_SECONDS = 24 * 3_600;
/** A consumer that holds nothing and has been idle for so many idle times will not return. */
const GONE_AFTER_IDLE_TIMES = 120;

/** ioredis has these commands, its types do not. */
interface ClaimingAsBytes {
  xautoclaimBuffer(...args: readonly (string | number)[]): Promise<unknown>;
  xclaimBuffer(...args: readonly (string | number)[]): Promise<unknown>;
}

interface OrderStreamOptions {
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Used for nothing but waiting for entries. */
  readonly waiting: Redis;
  readonly key: string;
  /** Different for each process. */
  readonly consumer: string;
  /** Called when an answer could not be written: the reply key is no stream, say. */
  readonly onUntold: (error: unknown) => void;
}

interface Claimed {
  readonly orders: readonly StreamOrder[];
  /** Entries that somebody removed while a consumer held them. */
  readonly removed: readonly string[];
  /** Where the next claim goes on; null behind the last. */
  readonly cursor: string | null;
}

interface ClaimOrder {
  readonly most: number;
  readonly idleMs: number;
  /** Where the last claim ended; null: from the beginning. */
  readonly cursor: string | null;
}

export class OrderStream {
  readonly #redis: Redis & ClaimingAsBytes;
  readonly #waiting: Redis;
  readonly #key: string;
  readonly #consumer: string;
  readonly #onUntold: (error: unknown) => void;

  constructor({ redis, waiting, key, consumer, onUntold }: OrderStreamOptions) {
    this.#redis = redis as Redis & ClaimingAsBytes;
    this.#waiting = waiting;
    this.#key = key;
    this.#consumer = consumer;
    this.#onUntold = onUntold;
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
    const found = (await this.#waiting.xreadgroupBuffer(
      "GROUP",
      GROUP,
      this.#consumer,
      "COUNT",
      most,
      "BLOCK",
      // To Redis, 0 means to wait for ever.
      Math.max(1, Math.ceil(waitMs)),
      "STREAMS",
      this.#key,
      ">",
    )) as [Buffer, RawEntry[]][] | null;
    return this.#read(found?.[0]?.[1] ?? []);
  }

  /** Takes over what consumers have held for longer than `idleMs`: they have crashed, or left it for later. */
  async claim({ most, idleMs, cursor }: ClaimOrder): Promise<Claimed> {
    const [next, entries, removed] = (await this.#redis.xautoclaimBuffer(
      this.#key,
      GROUP,
      this.#consumer,
      idleMs,
      cursor ?? "0",
      "COUNT",
      most,
    )) as [Buffer, RawEntry[], Buffer[]];
    return {
      orders: this.#read(entries),
      removed: removed.map(String),
      cursor: next.toString() === "0-0" ? null : next.toString(),
    };
  }

  /** A live consumer holds them: no other one may take them over. */
  async keep(entries: readonly string[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#redis.xclaim(this.#key, GROUP, this.#consumer, 0, ...entries, "JUSTID");
  }

  /**
   * The oldest entry, if it is neither new nor pending. Its place is looked up before and after, so that an
   * entry that was settled meanwhile is not taken again.
   */
  async forgotten(): Promise<StreamOrder[]> {
    const groups = (await this.#redis.xinfo("GROUPS", this.#key)) as string[][];
    const group = groups.map(fieldsOf).find(({ name }) => name === GROUP);
    const delivered = group?.["last-delivered-id"];
    if (delivered === undefined) return [];
    const [oldest] = await this.#redis.xrangeBuffer(this.#key, "-", delivered, "COUNT", 1);
    if (oldest === undefined) return [];
    const id = oldest[0].toString();
    const pending = await this.#redis.xpending(this.#key, GROUP, id, id, 1);
    if (pending.length > 0) return [];
    // Not if it has been deleted: Redis claims only what is there.
    const claim = [this.#key, GROUP, this.#consumer, 0, id, "FORCE"] as const;
    return this.#read((await this.#redis.xclaimBuffer(...claim)) as RawEntry[]);
  }

  /** Removes entries that are settled, and answers producers that asked for a reply. */
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

  /** Removes consumers that hold nothing and have been idle for long: their processes have crashed. */
  async forgetGone(idleMs: number): Promise<void> {
    const consumers = (await this.#redis.xinfo("CONSUMERS", this.#key, GROUP)) as (string | number)[][];
    for (const { name, pending, idle } of consumers.map(fieldsOf)) {
      if (name === this.#consumer || Number(pending) > 0) continue;
      if (Number(idle) < idleMs * GONE_AFTER_IDLE_TIMES) continue;
      // If it is alive after all, its next read creates it again, and an entry that it reads just now is taken over.
      await this.#redis.xgroup("DELCONSUMER", this.#key, GROUP, name ?? "");
    }
  }

  /** Leaves the group, if nothing is left that only this consumer holds. */
  async leave(): Promise<void> {
    const held = await this.#redis.xpending(this.#key, GROUP, "-", "+", 1, this.#consumer);
    if (held.length === 0) await this.#redis.xgroup("DELCONSUMER", this.#key, GROUP, this.#consumer);
  }

  /**
   * After a crash at this point the reply is written twice; it names the entry. An answer that Redis
   * refuses (the key holds something else, the user may not write it) does not keep the order in the stream.
   */
  async #tell({ entry, reply }: StreamOrder, fate: Exclude<OrderFate, { kind: "later" }>): Promise<void> {
    if (reply === null) return;
    const answer =
      fate.kind === "acknowledged"
        ? ["result", fate.result, "id", fate.id]
        : ["result", "refused", "errors", JSON.stringify(fate.errors)];
    const told = this.#redis.multi();
    told.xadd(reply, "MAXLEN", "~", MOST_REPLIES, "*", "entry", entry, ...answer);
    told.expire(reply, REPLIES_LAST_SECONDS);
    try {
      const [refused] = (await told.exec())?.flatMap(([error]) => error ?? []) ?? [];
      if (refused !== undefined) this.#onUntold(refused);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      this.#onUntold(error);
    }
  }

  /** Redis before 7 has nothing in the place of an entry that was removed. */
  #read(entries: readonly (RawEntry | null)[]): StreamOrder[] {
    return entries.flatMap((entry) => (entry?.[1] ? [readEntry(entry, this.#key)] : []));
  }
}

/** What Redis tells as a list of names and values. */
function fieldsOf(list: readonly (string | number)[]): Readonly<Record<string, string | undefined>> {
  const names = list.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, String(list[2 * index + 1])]));
}

export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}

/** Whether Redis has answered, be it with a refusal. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
