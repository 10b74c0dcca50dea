/**
 * Reads one of many records that people look at together. A version to come may have written it, or somebody by hand:
 * it hides none of the others.
 */
import type { z } from "zod";

/** Null for what is not JSON, or not what the schema expects. */
export function readKept<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
