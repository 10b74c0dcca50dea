/**
 * Puts right what stands beside an order in its BullMQ job: options, progress, a parent, counters. BullMQ reads them
 * before anybody sees the order, and fetches a job whose fields it cannot read again for ever. The order itself is
 * the job's name and data, and needs none of them: they are removed, and the order is taken.
 */
import type { Redis } from "ioredis";
import { isObject } from "../operations/exact-object.ts";

interface JobsOfQueue {
  readonly redis: Redis;
  /** The full key of what the queue has under this name: a list, or a job. */
  readonly keyOf: (name: string) => string;
}

/** The one that could not be read is among the newest active ones; others of its kind may come next. */
const MOST_LOOKED_AT = 50;

const FIELDS = ["opts", "progress", "parent", "rjk", "ats", "atm", "stc"] as const;
type Fields = Readonly<Record<(typeof FIELDS)[number], string | null>>;

/** Resolves with how many jobs were changed. */
export async function putJobsRight({ redis, keyOf }: JobsOfQueue): Promise<number> {
  const [active, next] = await Promise.all([
    redis.lrange(keyOf("active"), 0, MOST_LOOKED_AT - 1),
    redis.lrange(keyOf("wait"), -MOST_LOOKED_AT, -1),
  ]);
  const changed = await Promise.all(
    [...active, ...next].map(async (id) => {
      // A key that holds something else is no job.
      const found = await redis.hmget(keyOf(id), ...FIELDS).catch(() => null);
      const wrong = found === null ? [] : unreadable(fieldsOf(found));
      // Removed and not set: a job that is gone by now must not come back.
      if (wrong.length === 0) return 0;
      // Nobody works on it, and without a lock it is soon taken again.
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
export function unreadable({ opts, progress, parent, rjk, ats, atm, stc }: Fields): string[] {
  const options = opts ? parsed(opts) : {};
  const counters = { ats, atm, stc };
  return [
    ...(isObject(options) ? [] : ["opts"]),
    ...(!progress || parsed(progress) !== undefined ? [] : ["progress"]),
    ...(!parent || isParent(parsed(parent)) ? [] : ["parent", "parentKey"]),
    // It claims to be repeated, and nothing says how.
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

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
