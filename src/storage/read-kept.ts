/**
 * Reads one of many records that people look at together. A later version, or a person, may have written it:
 * if it does not parse, the others are still shown.
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
