/**
 * Ended deliveries of one account that are to be trimmed, and their short form.
 */
import type { TrimmableStatus } from "../delivery/trim.ts";
import type { Delivery } from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";
import type { Trimmable, TrimmableBatch, Trims } from "../pipeline/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { linesOf, timelineOf } from "./delivery-store.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { decodeDelivery, encodeRequest, encodeState } from "./record-codec.ts";
import { ScriptBatch } from "./script-batch.ts";
import { argsOf, TRIM, TRIMMABLE, TRIMMED_TO, type ReplyOf } from "./scripts.ts";
import { packTrimmed } from "./trimmed-record.ts";

/** The most bytes in one batch; a larger record is a batch of its own. */
const MOST_BYTES = 1024 * 1024;
const FIELDS = 7;

export class TrimStore implements Trims {
  readonly #redis: ScriptedRedis;
  readonly #account: string;
  readonly #keys: AccountKeys;
  readonly #trims: ScriptBatch<ReplyOf<typeof TRIM>>;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#account = account;
    this.#keys = new AccountKeys(prefix, account);
    this.#trims = new ScriptBatch((...args) => redis.bidaTrim(this.#keys.base, ...args));
  }

  async trimmable(
    status: TrimmableStatus,
    { endedForMs, most }: { readonly endedForMs: number; readonly most: number },
  ): Promise<TrimmableBatch> {
    const { base } = this.#keys;
    const [place = "", ...fields] = await this.#redis.bidaTrimmable(
      base,
      ...argsOf(TRIMMABLE, { named: { status, endedForMs, most, mostBytes: MOST_BYTES } }),
    );
    const items: Trimmable[] = [];
    for (let at = 0; at + FIELDS <= fields.length; at += FIELDS)
      items.push(...this.#read(fields.slice(at, at + FIELDS)));
    return { place: place === "" ? null : place, items };
  }

  /** Null for a record that cannot be read; it stays as it is. */
  #read([
    id = "",
    version = "",
    request = "",
    state = "",
    late = "",
    lines = "",
    payload = "",
  ]: string[]): Trimmable[] {
    const stored = { request, state, version: Number(version), late };
    const delivery = decodeDelivery({ id, account: this.#account }, stored);
    return delivery === null ? [] : [{ delivery, timeline: timelineOf(lines), payload }];
  }

  async trim(
    { request, state, version }: Delivery,
    { timeline, remains }: { readonly timeline: readonly TimelineEntry[]; readonly remains: string },
  ): Promise<void> {
    const isReferable = request.key !== null && state.receipt !== null;
    const pieces = packTrimmed({
      request: encodeRequest(request),
      state: encodeState(state, request),
      timeline: linesOf(timeline),
      remains,
    });
    const names = {
      id: request.id,
      version,
      receipt: isReferable ? JSON.stringify(state.receipt) : "",
      lane: request.lane ?? "",
    };
    await this.#trims.call([], ...argsOf(TRIM, { named: names, rest: pieces }));
  }

  async trimmedTo(status: TrimmableStatus, place: string): Promise<void> {
    await this.#redis.bidaTrimmedTo(this.#keys.base, ...argsOf(TRIMMED_TO, { named: { status, place } }));
  }
}
