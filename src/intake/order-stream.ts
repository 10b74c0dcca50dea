/**
 * The Redis stream to which producers in any language write orders: `XADD bida:intake * order '<json>' [reply
 * bida:reply:<name>]`.
 *
 * Entries are read in a consumer group. An entry is acknowledged and deleted in one step, when the record of
 * its delivery is in Redis or its refusal has been stored. Entries of a crashed consumer are claimed by another
 * one. The default key of an order is its place in the stream, so reading it twice makes one delivery.
 *
 * So every entry in the stream is new to the group or pending in it. An entry that is neither (the group was
 * created or set behind it, or another program acknowledged it) would wait for ever, so it is claimed too.
 */
import type { Redis } from "ioredis";
import type { OrderFate } from "./fate.ts";
import { EntryReader, type RawEntry } from "./entry-reader.ts";
import { readEntry, type StreamOrder } from "./read-entry.ts";

export const GROUP = "bida";
const MOST_REPLIES = 1_000;
const REPLIES_LAST_SECONDS = 24 * 3_600;
/** A consumer that holds nothing and has been idle for this many times `idleMs` is removed. */
const GONE_AFTER_IDLE_TIMES = 120;

interface OrderStreamOptions {
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Used only for waiting for entries. */
  readonly waiting: Redis;
  readonly key: string;
  /** Different for each process. */
  readonly consumer: string;
  /** Called when a reply could not be written, for example because its key is no stream. */
  readonly onUntold: (error: unknown) => void;
}

interface Claimed {
  readonly orders: readonly StreamOrder[];
  /** Entries that were removed while a consumer held them. */
  readonly removed: readonly string[];
  /** The next claim goes on behind these. */
  readonly hasMore: boolean;
}

/** Between two pending entries, or behind the last one. */
interface Gap {
  readonly from: string;
  readonly to: string;
  /** The pending entry at its end; null where none follows. */
  readonly behind: string | null;
}

interface Forgotten {
  readonly orders: readonly StreamOrder[];
  /** The next call may find more. */
  readonly hasMore: boolean;
}

const NONE_FORGOTTEN: Forgotten = { orders: [], hasMore: false };

export class OrderStream {
  readonly #redis: Redis;
  readonly #reader: EntryReader;
  readonly #key: string;
  readonly #consumer: string;
  readonly #onUntold: (error: unknown) => void;
  /** Were claimed, and are not read yet. */
  #claimed: readonly string[] = [];
  /** Where the last claim ended; null to begin at the start. */
  #cursor: string | null = null;
  /** The pending entry up to which gaps have been looked at; null to begin at the start. */
  #lookBehind: string | null = null;

  constructor({ redis, waiting, key, consumer, onUntold }: OrderStreamOptions) {
    this.#redis = redis;
    this.#reader = new EntryReader({ redis, waiting, key, group: GROUP, consumer });
    this.#key = key;
    this.#consumer = consumer;
    this.#onUntold = onUntold;
  }

  /** Creates the group, and the stream if needed; both may exist. Orders that are older than the group are read too. */
  async open(): Promise<void> {
    try {
      await this.#redis.xgroup("CREATE", this.#key, GROUP, "0", "MKSTREAM");
    } catch (error) {
      if (!isRefusal(error, "BUSYGROUP")) throw error;
    }
  }

  /** Waits at most `waitMs` for new entries. */
  async next(most: number, waitMs: number): Promise<StreamOrder[]> {
    return (await this.#reader.next(most, waitMs)).map((entry) => this.#read(entry));
  }

  /**
   * Takes over entries that consumers have held for longer than `idleMs`, because they crashed or left them for
   * later.
   */
  async claim(most: number, idleMs: number): Promise<Claimed> {
    const removed = this.#claimed.length === 0 ? await this.#claimIds(most, idleMs) : [];
    const ids = this.#claimed;
    const found = ids.length === 0 ? [] : await this.#reader.entries(ids);
    this.#claimed = ids.slice(found.length);
    const missing = ids.filter((_, index) => found[index] === null);
    return {
      orders: found.flatMap((entry) => (entry === null ? [] : [this.#read(entry)])),
      removed: [...removed, ...(await this.#forgetMissing(missing))],
      hasMore: this.#cursor !== null || this.#claimed.length > 0,
    };
  }

  /** Resolves with those that are not there any more, as far as Redis tells. */
  async #claimIds(most: number, idleMs: number): Promise<readonly string[]> {
    const claim = [this.#key, GROUP, this.#consumer, idleMs, this.#cursor ?? "0", "COUNT", most] as const;
    // Redis before 7 does not tell.
    const [next, ids, removed = []] = (await this.#redis.xautoclaim(...claim, "JUSTID")) as [
      string,
      string[],
      string[]?,
    ];
    this.#claimed = ids;
    this.#cursor = next === "0-0" ? null : next;
    return removed;
  }

  /** Resolves with those that are pending for ever; the others were settled by whoever held them before. */
  async #forgetMissing(ids: readonly string[]): Promise<string[]> {
    const removed: string[] = [];
    for (const id of ids) if (await this.#isPending(id)) removed.push(id);
    if (removed.length > 0) await this.#redis.xack(this.#key, GROUP, ...removed);
    return removed;
  }

  async #isPending(id: string): Promise<boolean> {
    return (await this.#redis.xpending(this.#key, GROUP, id, id, 1)).length > 0;
  }

  /**
   * Resets the idle time of entries that this consumer holds, so that no other one takes them over. Resolves with those
   * that somebody has removed: Redis drops them here, and no claim reports them any more.
   */
  async keep(entries: readonly string[]): Promise<readonly string[]> {
    const ids = [...entries, ...this.#claimed];
    if (ids.length === 0) return [];
    const look = this.#redis.multi();
    for (const id of ids) look.xpending(this.#key, GROUP, id, id, 1);
    look.xclaim(this.#key, GROUP, this.#consumer, 0, ...ids, "JUSTID");
    const answers = (await look.exec()) ?? [];
    const [error] = answers.flatMap(([failed]) => failed ?? []);
    if (error !== undefined) throw error;
    const lists = answers.map(([, list]) => list as readonly unknown[]);
    const kept = lists.at(-1) ?? [];
    // One that is not pending was settled by whoever held it before.
    const removed = ids.filter((id, at) => (lists[at] ?? []).length > 0 && !kept.includes(id));
    this.#claimed = this.#claimed.filter((id) => !removed.includes(id));
    return removed;
  }

  /**
   * Entries that are neither new nor pending: at most the first one of each gap between pending ones. A call looks at
   * `most` gaps, and the next call goes on behind them; behind a gap with such an entry it looks again.
   */
  async forgotten(most: number): Promise<Forgotten> {
    // Read first: an entry that is read to the group meanwhile is not among these.
    const delivered = await this.#lastDelivered();
    if (delivered === null) return NONE_FORGOTTEN;
    const gaps = await this.#gaps(delivered, most);
    const found = await this.#reader.first(gaps.map(({ from, to }) => [from, to]));
    const lost: RawEntry[] = [];
    // An entry that was settled, or taken, since the gaps were read is left alone.
    for (const entry of found) if (entry !== null && !(await this.#isPending(entry.id))) lost.push(entry);
    const claimed = await this.#force(lost.map(({ id }) => id));
    if (lost.length === 0) this.#lookBehind = gaps[found.length - 1]?.behind ?? null;
    return {
      orders: lost.filter(({ id }) => claimed.includes(id)).map((entry) => this.#read(entry)),
      hasMore: lost.length > 0 || this.#lookBehind !== null,
    };
  }

  async #lastDelivered(): Promise<string | null> {
    const groups = (await this.#redis.xinfo("GROUPS", this.#key)) as string[][];
    return groups.map(fieldsOf).find(({ name }) => name === GROUP)?.["last-delivered-id"] ?? null;
  }

  /** The next gaps between pending entries. */
  async #gaps(delivered: string, most: number): Promise<readonly Gap[]> {
    const start = this.#lookBehind === null ? "-" : `(${this.#lookBehind}`;
    const pending = (await this.#redis.xpending(this.#key, GROUP, start, delivered, most)) as [string][];
    const ids = pending.map(([id]) => id);
    const starts = [start, ...ids.map((id) => `(${id}`)];
    // Redis refuses a range that begins behind the largest id there can be.
    const endsWithPending = ids.at(-1) === delivered;
    const gaps: Gap[] = ids.map((id, index) => ({
      from: starts[index] ?? start,
      to: `(${id}`,
      behind: id === delivered ? null : id,
    }));
    return ids.length < most && !endsWithPending
      ? [...gaps, { from: starts.at(-1) ?? start, to: delivered, behind: null }]
      : gaps;
  }

  /** Makes them pending. Redis does not claim an entry that has been deleted. */
  async #force(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const claim = [this.#key, GROUP, this.#consumer, 0, ...ids, "FORCE", "JUSTID"] as const;
    return (await this.#redis.xclaim(...claim)) as string[];
  }

  /** Removes settled entries, and writes replies for producers that asked for one. */
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

  /** Removes consumers that hold nothing and have been idle for long, because their processes have crashed. */
  async forgetGone(idleMs: number): Promise<void> {
    const consumers = (await this.#redis.xinfo("CONSUMERS", this.#key, GROUP)) as (string | number)[][];
    for (const { name, pending, idle } of consumers.map(fieldsOf)) {
      if (name === this.#consumer || Number(pending) > 0) continue;
      if (Number(idle) < idleMs * GONE_AFTER_IDLE_TIMES) continue;
      // If the consumer is alive after all, its next read creates it again, and an entry that it has just read
      // is taken over.
      await this.#redis.xgroup("DELCONSUMER", this.#key, GROUP, name ?? "");
    }
  }

  /** Removes this consumer from the group, unless it still holds entries. */
  async leave(): Promise<void> {
    const held = await this.#redis.xpending(this.#key, GROUP, "-", "+", 1, this.#consumer);
    if (held.length === 0) await this.#redis.xgroup("DELCONSUMER", this.#key, GROUP, this.#consumer);
  }

  /**
   * Writes the reply. After a crash at this point it is written twice; it names the entry. A reply that Redis
   * refuses (a key of another type, a missing right) does not keep the order in the stream.
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

  #read(entry: RawEntry): StreamOrder {
    return readEntry(entry, this.#key);
  }
}

/** The fields of a reply that is a flat list of names and values. */
function fieldsOf(list: readonly (string | number)[]): Readonly<Record<string, string | undefined>> {
  const names = list.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, String(list[2 * index + 1])]));
}

export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}

/** Whether Redis has answered, even if with an error. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
