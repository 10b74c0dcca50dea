/**
 * The marks that people have set on groups of dead letters, in a hash of the account: fingerprint → mark.
 */
import { z } from "zod";
import type { GroupMark, GroupMarks } from "../operations/group-marks.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

/**
 * Groups come and go with the platform's codes; beyond this number the marks that were changed longest ago are
 * removed.
 */
const MOST_KEPT = 1_000;

const markSchema = z.object({
  acknowledgedAt: z.number().nullable(),
  acknowledgedBy: z.string().nullable(),
  assignee: z.string().nullable(),
  snoozedUntil: z.number().nullable(),
  note: z.string().nullable(),
  by: z.string(),
  at: z.number(),
}) satisfies z.ZodType<GroupMark>;

export class GroupMarkStore implements GroupMarks {
  readonly #redis: ScriptedRedis;
  readonly #key: string;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#key = new AccountKeys(prefix, account).groupMarks;
  }

  async read(): Promise<ReadonlyMap<string, GroupMark>> {
    const stored = await this.#redis.hgetall(this.#key);
    return new Map(
      Object.entries(stored).flatMap(([fingerprint, text]): [string, GroupMark][] => {
        const mark = parse(text);
        return mark === null ? [] : [[fingerprint, mark]];
      }),
    );
  }

  async write(fingerprint: string, mark: GroupMark | null): Promise<void> {
    if (mark === null) {
      await this.#redis.hdel(this.#key, fingerprint);
      return;
    }
    await this.#redis.hset(this.#key, fingerprint, JSON.stringify(mark));
    if ((await this.#redis.hlen(this.#key)) <= MOST_KEPT) return;
    const oldest = [...(await this.read())].toSorted(([, a], [, b]) => a.at - b.at).slice(0, MOST_KEPT / 10);
    await this.#redis.hdel(this.#key, ...oldest.map(([name]) => name));
  }
}

function parse(text: string): GroupMark | null {
  try {
    return markSchema.parse(JSON.parse(text));
  } catch {
    // Written by hand, or by a later version: treated as no mark.
    return null;
  }
}
