/**
 * The audit log: who did what, when and why. Acts are few (a bulk action counts as one) and kept for long.
 * Reads of payloads have a stream of their own, so that even very many of them push no act out.
 */
import { z } from "zod";
import type { Audit, AuditEntry, AuditPlace } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { readKept } from "./stored-fields.ts";

const MOST_KEPT = 100_000;
/** Names of entries that are reads; every other entry is an act. */
const READS = new Set(["read payload"]);
const COALESCE_MS = 600_000;
const REMEMBERED = 10_000;

const entrySchema = z.object({
  at: z.number(),
  by: z.string(),
  from: z.string().nullable().default(null),
  act: z.string(),
  account: z.string().nullable().default(null),
  id: z.string().nullable().default(null),
  note: z.string().nullable().default(null),
  count: z.number().nullable().default(null),
  matched: z.number().nullable().default(null),
}) satisfies z.ZodType<AuditEntry>;

export class AuditStore implements Audit {
  readonly #redis: ScriptedRedis;
  readonly #acts: string;
  readonly #reads: string;
  readonly #lately = new Map<string, number>();

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    const keys = new InstallationKeys(prefix);
    this.#acts = keys.auditedActs;
    this.#reads = keys.auditedReads;
  }

  async write(entry: AuditEntry): Promise<void> {
    const isRead = READS.has(entry.act);
    const what = JSON.stringify([entry.by, entry.act, entry.account, entry.id]);
    if (isRead && this.#wasWrittenLately(what, entry.at)) return;
    const key = isRead ? this.#reads : this.#acts;
    await this.#redis.xadd(key, "MAXLEN", "~", MOST_KEPT, "*", "entry", JSON.stringify(entry));
    if (isRead) this.#remember(what, entry.at);
  }

  /** Acts and reads together, the latest first. */
  async walk(
    from: AuditPlace,
    {
      range: { since, until },
      most,
    }: {
      readonly range: { readonly since: number | null; readonly until: number | null };
      readonly most: number;
    },
  ): Promise<readonly { readonly entry: AuditEntry | null; readonly after: AuditPlace }[]> {
    const logs = [
      ["acts", this.#acts],
      ["reads", this.#reads],
    ] as const;
    const found = await Promise.all(
      logs.map(async ([log, key]) => {
        const last = from[log];
        const end = last === null ? String(until ?? "+") : `(${last}`;
        const entries = await this.#redis.xrevrange(key, end, String(since ?? "-"), "COUNT", most);
        return entries.map(([id, fields]) => ({ log, id, text: fields[1] ?? "null" }));
      }),
    );
    let place = from;
    return found
      .flat()
      .toSorted(latestFirst)
      .slice(0, most)
      .map(({ log, id, text }) => {
        place = { ...place, [log]: id };
        return { entry: readKept<AuditEntry>(entrySchema, text), after: place };
      });
  }

  /** Repeated reads of the same thing by the same person are recorded only once in a while. */
  #wasWrittenLately(what: string, at: number): boolean {
    return at - (this.#lately.get(what) ?? Number.NEGATIVE_INFINITY) < COALESCE_MS;
  }

  #remember(what: string, at: number): void {
    this.#lately.delete(what);
    this.#lately.set(what, at);
    for (const oldest of this.#lately.keys()) {
      if (this.#lately.size <= REMEMBERED) break;
      this.#lately.delete(oldest);
    }
  }
}

/** Orders entries by their stream ids: `<ms>-<number>`. */
function latestFirst({ id: a }: { readonly id: string }, { id: b }: { readonly id: string }): number {
  const [atA = 0, nthA = 0] = a.split("-").map(Number);
  const [atB = 0, nthB = 0] = b.split("-").map(Number);
  return atB - atA || nthB - nthA;
}
