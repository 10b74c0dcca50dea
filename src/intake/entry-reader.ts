/**
 * Reads entries of a stream for one consumer of its group, and never many bytes at once: an entry may have 512 MB, and
 * fifty of them would end the process, and the next one that takes them over.
 *
 * A script measures in Redis: it stops at a number of bytes, and of an entry that is too long to be an order it returns
 * what a refusal needs. A script cannot wait, so the wait for new entries reads one entry. Where Redis' user may
 * run no scripts, entries are read one at a time at first, and then as many as their sizes allow.
 */
import type { Redis } from "ioredis";
import { MOST_ORDER_BYTES, SHOWN_BYTES } from "./written-text.ts";

/** As Redis has it: names and values may be any bytes. Lengths are those before anything was cut. */
export interface RawEntry {
  readonly id: string;
  readonly fields: readonly Buffer[];
  readonly lengths: readonly number[];
}

interface EntryReaderOptions {
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** Used for nothing but waiting for entries. */
  readonly waiting: Redis;
  readonly key: string;
  readonly group: string;
  readonly consumer: string;
}

/** Read at once, beside the last entry. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A longer entry is refused: an order, the name of its reply, and the names of both. */
const MOST_ENTRY_BYTES = MOST_ORDER_BYTES + 4 * 1024;
/**
 * Names and values of an entry that is refused, as being too long or having more of them. An order's are among these, or it
 * has others, which is wrong. A million empty ones would have no bytes, and take a hundred megabytes here.
 */
const MOST_FIELDS = 20;
/** The memory that Node needs for a field, in addition to its bytes. */
const BYTES_OF_A_FIELD = 100;

/**
 * KEYS[1]  the stream
 * ARGV     most entries, group, consumer, then ranges of ids, of which the first entry is read; without them, entries that
 *          are new to the group
 * Returns  for each entry that was looked at: id, fields, lengths; nil for a range without any
 */
export const READ_ENTRIES = `
local most, group, consumer = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local found, bytes = {}, 0
local function measured(entry)
  local fields, lengths, size = entry[2], {}, 0
  for i, text in ipairs(fields) do
    lengths[i] = #text
    size = size + #text
  end
  bytes = bytes + size
  if size <= ${MOST_ENTRY_BYTES} and #fields <= ${MOST_FIELDS} then return { entry[1], fields, lengths } end
  local cut, cut_lengths = {}, {}
  for i = 1, math.min(#fields, ${MOST_FIELDS}) do
    cut[i], cut_lengths[i] = string.sub(fields[i], 1, ${SHOWN_BYTES}), lengths[i]
  end
  return { entry[1], cut, cut_lengths }
end
for i = 1, most do
  if #ARGV > 3 then
    local entries = redis.call("XRANGE", KEYS[1], ARGV[2 + 2 * i], ARGV[3 + 2 * i], "COUNT", 1)
    found[i] = entries[1] and measured(entries[1]) or false
  else
    local read = redis.pcall("XREADGROUP", "GROUP", group, consumer, "COUNT", 1, "STREAMS", KEYS[1], ">")
    if read and read.err then return read end
    if not read then break end
    found[i] = measured(read[1][2][1])
  end
  if bytes >= ${MOST_BYTES} then break end
end
return found`;

type Raw = readonly [id: Buffer, fields: readonly Buffer[]];
type Range = readonly [from: string, to: string];
type Measured = readonly [...Raw, lengths: readonly number[]];

export class EntryReader {
  readonly #options: EntryReaderOptions;
  #mayRunScripts = true;
  /** Read at once where nothing measures before. */
  #atOnce = 1;

  constructor(options: EntryReaderOptions) {
    this.#options = options;
  }

  /** Waits at most `waitMs` for new entries. */
  async next(most: number, waitMs: number): Promise<RawEntry[]> {
    const found = await this.#run(most, []);
    if (found !== null && found.length > 0) return found.flatMap((entry) => entry ?? []);
    const waited = await this.#wait(found === null ? Math.min(most, this.#atOnce) : 1, waitMs);
    this.#learn(waited);
    return waited;
  }

  /** The first of these, as many as fit, and at least one; null for one that is not there. */
  async entries(ids: readonly string[]): Promise<readonly (RawEntry | null)[]> {
    return this.first(ids.map((id) => [id, id]));
  }

  /** The first entry of each range, in order; null for a range without any. Stops when the memory is used up, but reads at least one. */
  async first(ranges: readonly Range[]): Promise<readonly (RawEntry | null)[]> {
    const found = await this.#run(ranges.length, ranges);
    if (found !== null) return found;
    const read: (RawEntry | null)[] = [];
    let bytes = 0;
    for (const [from, to] of ranges) {
      const [entry] = await this.#options.redis.xrangeBuffer(this.#options.key, from, to, "COUNT", 1);
      const one = entry === undefined ? null : entryOf(entry);
      read.push(one);
      bytes += sizeOf(one);
      if (bytes >= MOST_BYTES) break;
    }
    return read;
  }

  /** Null where Redis' user may run no scripts. */
  async #run(most: number, ranges: readonly Range[]): Promise<readonly (RawEntry | null)[] | null> {
    if (!this.#mayRunScripts) return null;
    const { redis, key, group, consumer } = this.#options;
    try {
      const args = [most, group, consumer, ...ranges.flat()];
      const found = (await redis.callBuffer("EVAL", READ_ENTRIES, 1, key, ...args)) as (Measured | null)[];
      return found.map((entry) => (entry === null ? null : entryOf(entry)));
    } catch (error) {
      if (!(error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message))) throw error;
      this.#mayRunScripts = false;
      return null;
    }
  }

  async #wait(most: number, waitMs: number): Promise<RawEntry[]> {
    const { waiting, key, group, consumer } = this.#options;
    const found = (await waiting.xreadgroupBuffer(
      "GROUP",
      group,
      consumer,
      "COUNT",
      most,
      "BLOCK",
      // Not 0, which means to wait for ever.
      Math.max(1, Math.ceil(waitMs)),
      "STREAMS",
      key,
      ">",
    )) as [Buffer, Raw[]][] | null;
    return (found?.[0]?.[1] ?? []).map(entryOf);
  }

  #learn(read: readonly RawEntry[]): void {
    if (read.length === 0) return;
    const fit = Math.floor(MOST_BYTES / Math.max(1, ...read.map(sizeOf)));
    this.#atOnce = Math.max(1, Math.min(fit, this.#atOnce * 2));
  }
}

function entryOf([id, fields, lengths]: Raw | Measured): RawEntry {
  return { id: id.toString(), fields, lengths: lengths ?? fields.map(({ length }) => length) };
}

function sizeOf(entry: RawEntry | null): number {
  return (entry?.lengths ?? []).reduce((sum, length) => sum + length + BYTES_OF_A_FIELD, 0);
}
