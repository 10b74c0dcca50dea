/**
 * Which alerts were sent, shared by all processes, so that each alert is sent once.
 */
import { z } from "zod";
import type { AlertMemory, AlertMemoryStore } from "../alerts/watch.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { put } from "./put.ts";

const memory = z.object({
  known: z.record(
    z.string(),
    z.custom<AlertMemory["known"][string]>((value) => typeof value === "object"),
  ),
  pending: z.array(z.custom<AlertMemory["pending"][number]>((value) => typeof value === "object")),
  digestDay: z.string().nullable(),
  calls: z.record(z.string(), z.array(z.number())).optional(),
  refusals: z.record(z.string(), z.object({ detail: z.string(), since: z.number() })).optional(),
});

/** Long enough for a weekend without any process. After that every alert is sent again. */
const KEPT_MS = 7 * 24 * 3_600_000;

export class AlertStore implements AlertMemoryStore {
  readonly #redis: ScriptedRedis;
  readonly #key: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    this.#key = new InstallationKeys(prefix).alerts;
  }

  async read(): Promise<AlertMemory | null> {
    const text = await this.#redis.get(this.#key);
    if (text === null) return null;
    try {
      return memory.parse(JSON.parse(text));
    } catch {
      // Written by another version: every condition that holds is alerted once more.
      return null;
    }
  }

  async write(value: AlertMemory): Promise<void> {
    await put(this.#redis, { key: this.#key, value: JSON.stringify(value), forMs: KEPT_MS });
  }
}
