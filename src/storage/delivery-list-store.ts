/**
 * The lists of one account's deliveries in Redis, and their records, for the operations that people use.
 */
import type {
  DeliveryLists,
  Fates,
  ListName,
  ListRange,
  Payloads,
  Place,
  Saying,
  StoredDelivery,
} from "../operations/ports.ts";
import { isEnded, type Status } from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";
import type { ScriptedRedis } from "./connection.ts";
import { decodeCallback } from "./callback-store.ts";
import { idOfKey, isLeaseMark, timelineOf } from "./delivery-store.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { decodeDelivery } from "./record-codec.ts";
import { wholeTexts, wholeTimeline } from "./trimmed-record.ts";
import { argsOf, LIST, READ_RECORDS } from "./scripts.ts";
import { mayHold, wordsForRedis } from "./stored-words.ts";

/** The separator that replay.lua writes: a character that no JSON can contain. */
const BETWEEN_PAYLOADS = "\u001e";

/** The same fields, in the same order, as in read-records.lua. */
const FIELDS = ["request", "state", "version", "mark", "late", "callbackState"] as const;
/** How much of a search is in memory at once: a record may have five hundred recipients. */
const MOST_LOOKED_BYTES = 1024 * 1024;

export class DeliveryListStore implements DeliveryLists {
  readonly #redis: ScriptedRedis;
  readonly #account: string;
  readonly #keys: AccountKeys;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#account = account;
    this.#keys = new AccountKeys(prefix, account);
  }

  async places(
    list: ListName,
    { range: { after, since, until }, most }: { readonly range: ListRange; readonly most: number },
  ): Promise<Place[]> {
    const found = await this.#redis.bidaList(
      this.#keys.base,
      ...argsOf(LIST, {
        named: {
          list: listKey(list),
          highest: until ?? "+inf",
          lowest: since ?? "-inf",
          afterScore: after?.at ?? "",
          afterId: after?.id ?? "",
          most,
        },
      }),
    );
    const places: Place[] = [];
    for (let i = 0; i + 1 < found.length; i += 2)
      places.push({ id: found[i] ?? "", at: Number(found[i + 1]) });
    return places;
  }

  async count(list: ListName, { since, until }: Pick<ListRange, "since" | "until">): Promise<number> {
    return this.#redis.zcount(`${this.#keys.base}${listKey(list)}`, since ?? "-inf", until ?? "+inf");
  }

  async read(ids: readonly string[]): Promise<(StoredDelivery | "unreadable" | null)[]> {
    return Promise.all(ids.map((id) => this.#read(id)));
  }

  async look(
    ids: readonly string[],
    sayings: readonly Saying[],
  ): Promise<(StoredDelivery | "unreadable" | null)[]> {
    const asked = { mostBytes: MOST_LOOKED_BYTES, ...wordsForRedis(sayings) };
    const [count, ...found] = await this.#redis.bidaReadRecords(
      this.#keys.base,
      ...argsOf(READ_RECORDS, { named: asked, rest: ids }),
    );
    const isMeant = mayHold(sayings);
    const read: Promise<void>[] = [];
    const looked: (StoredDelivery | "unreadable" | null)[] = Array.from({ length: count }, () => null);
    for (let at = 0; at < found.length; at += 1 + FIELDS.length) {
      const index = Number(found[at]) - 1;
      const fields = found.slice(at + 1, at + 1 + FIELDS.length);
      const stored = this.#stored(ids[index] ?? "", { fields, isMeant });
      read.push(stored.then((one) => void (looked[index] = one)));
    }
    await Promise.all(read);
    return looked;
  }

  async headOf(lane: string): Promise<string | null> {
    const [head = null] = await this.#redis.zrange(this.#keys.lane(lane), 0, "0");
    return head;
  }

  async payloads(id: string): Promise<Payloads> {
    const [payload = null, originals] = await this.#redis.hmget(
      this.#keys.delivery(id),
      "payload",
      "originals",
    );
    return { payload, originals: originals == null ? [] : originals.split(BETWEEN_PAYLOADS) };
  }

  async idOfKey(hash: string): Promise<string | null> {
    return idOfKey(this.#redis, this.#keys.key(hash));
  }

  async ownerOf(platformId: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.claims, platformId);
  }

  async inLane(lane: string, most: number): Promise<readonly string[]> {
    return this.#redis.zrange(this.#keys.lane(lane), 0, String(most - 1));
  }

  async laneLength(lane: string): Promise<number> {
    return this.#redis.zcard(this.#keys.lane(lane));
  }

  async ended(ids: readonly string[]): Promise<string[]> {
    const states = await Promise.all(ids.map((id) => this.#redis.hget(this.#keys.delivery(id), "state")));
    return ids.filter((_, index) => hasEnded(states[index] ?? null));
  }

  async timeline(id: string): Promise<TimelineEntry[]> {
    return timelineOf(await wholeTimeline(this.#redis, this.#keys.delivery(id)));
  }

  async fatesOf(action: string): Promise<Fates> {
    const [confirmed, dead] = await this.#redis.hmget(this.#keys.fates(action), "confirmed", "dead");
    return { confirmed: Number(confirmed ?? 0), dead: Number(dead ?? 0) };
  }

  async #read(id: string): Promise<StoredDelivery | "unreadable" | null> {
    const fields = await this.#redis.hmget(this.#keys.delivery(id), ...FIELDS);
    return this.#stored(id, { fields, isMeant: mayHold([]) });
  }

  async #stored(
    id: string,
    {
      fields: [request = null, state = null, version, mark = null, late = null, callbackState],
      isMeant,
    }: { readonly fields: readonly (string | null)[]; readonly isMeant: ReturnType<typeof mayHold> },
  ): Promise<StoredDelivery | "unreadable" | null> {
    if (request === null && version == null) return null;
    const texts = await wholeTexts(this.#redis, { record: this.#keys.delivery(id), request, state });
    if (texts === null || !isMeant(texts)) return null;
    const where = { id, account: this.#account };
    const delivery = decodeDelivery(where, { ...texts, version: Number(version ?? "0"), late });
    if (delivery === null) return "unreadable";
    const callback = delivery.request.callbackUrl === null ? null : decodeCallback(callbackState ?? "");
    return { delivery, isBeingSent: isLeaseMark(mark), isTrimmed: texts.isTrimmed, callback };
  }
}

/** True also for a record that is gone or cannot be read: nothing else will end it. */
function hasEnded(state: string | null): boolean {
  if (state === null) return true;
  try {
    return isEnded((JSON.parse(state) as { status: Status }).status);
  } catch {
    return true;
  }
}

/** `status:sending` has no list of its own: it is `send:leases`. */
function listKey(list: ListName): string {
  return list === "status:sending" ? "send:leases" : list;
}
