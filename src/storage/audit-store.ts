/**
 * The audit log: who did what, when and why. Acts are few (a bulk action is one), so it is long.
 */
import { z } from "zod";
import type { Audit, AuditEntry } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";

const MOST_KEPT = 100_000;

const entrySchema = z.object({
  at: z.number(),
  by: z.string(),
  act: z.string(),
  account: z.string().nullable().default(null),
  id: z.string().nullable().default(null),
  note: z.string().nullable().default(null),
}) satisfies z.ZodType<AuditEntry>;

export class AuditStore implements Audit {
  readonly #redis: ScriptedRedis;
  readonly #key: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    // No account can be named like this, so nobody's keys are in its slot.
    this.#key = `${prefix}:{_audit}:log`;
  }

  async write(entry: AuditEntry): Promise<void> {
    await this.#redis.xadd(this.#key, "MAXLEN", "~", MOST_KEPT, "*", "entry", JSON.stringify(entry));
  }

  async read(most: number): Promise<AuditEntry[]> {
    const found = await this.#redis.xrevrange(this.#key, "+", "-", "COUNT", most);
    return found.flatMap(([, fields]) => {
      const parsed = entrySchema.safeParse(JSON.parse(fields[1] ?? "null"));
      return parsed.success ? [parsed.data] : [];
    });
  }
}
