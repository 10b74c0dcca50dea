/**
 * Removes unreadable fields of BullMQ jobs: options, progress, a parent, counters. BullMQ reads them before it
 * hands over a job, and fetches a job whose fields it cannot read again for ever. The order itself is in the
 * job's name and data and needs none of them, so they are removed and the order is taken.
 */
import type { Redis } from "ioredis";
import { isObject } from "../operations/exact-object.ts";

interface JobsOfQueue {
  readonly redis: Redis;
  /** The full key of a list or a job of the queue. */
  readonly keyOf: (name: string) => string;
}

/** Active ones: as many as a few intakes work on. Any of them may be the one that could not be read, or not be finished. */
const MOST_ACTIVE = 1_000;
/** Others of its kind may come next. */
const MOST_NEXT = 50;

const FIELDS = ["opts", "progress", "parent", "parentKey", "rjk", "ats", "atm", "stc"] as const;
type Fields = Readonly<Record<(typeof FIELDS)[number], string | null>>;

/** Returns how many jobs were changed. */
export async function repairJobs({ redis, keyOf }: JobsOfQueue): Promise<number> {
  const [active, next] = await Promise.all([
    redis.lrange(keyOf("active"), 0, MOST_ACTIVE - 1),
    redis.lrange(keyOf("wait"), -MOST_NEXT, -1),
  ]);
  const changed = await Promise.all(
    [...active, ...next].map(async (id) => {
      // A key of another type is no job.
      const found = await redis.hmget(keyOf(id), ...FIELDS).catch(() => null);
      const wrong = found === null ? [] : unreadable(fieldsOf(found));
      // Fields are removed, not set: setting one would create a job that is gone by now.
      if (wrong.length === 0) return 0;
      // Nobody works on the job, and without a lock it is soon taken again.
      const [removed] = await Promise.all([redis.hdel(keyOf(id), ...wrong), redis.del(`${keyOf(id)}:lock`)]);
      return removed;
    }),
  );
  return changed.filter((count) => count > 0).length;
}

function fieldsOf(found: readonly (string | null)[]): Fields {
  return Object.fromEntries(FIELDS.map((name, index) => [name, found[index] ?? null])) as Fields;
}

/** The names of the fields that BullMQ cannot read. Pure. */
export function unreadable({ opts, progress, parent, parentKey, rjk, ats, atm, stc }: Fields): string[] {
  const options = opts ? parsed(opts) : {};
  const counters = { ats, atm, stc };
  return [
    ...(isObject(options) ? [] : ["opts"]),
    ...(!progress || parsed(progress) !== undefined ? [] : ["progress"]),
    ...((!parent && !parentKey) || (parent && isParent(parsed(parent))) ? [] : ["parent", "parentKey"]),
    // A repeated job without options for repeating.
    ...(!rjk || (isObject(options) && isObject(options["repeat"])) ? [] : ["rjk"]),
    ...Object.entries(counters).flatMap(([name, value]) => (isCounter(value) ? [] : [name])),
  ];
}

function isParent(value: unknown): boolean {
  return isObject(value) && typeof value["id"] === "string" && typeof value["queueKey"] === "string";
}

function isCounter(value: string | null): boolean {
  return value === null || /^-?\d{1,15}$/.test(value);
}

/** Undefined if the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
