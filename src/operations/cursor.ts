/**
 * Cursors: where the next page begins, encoded as opaque text.
 */
import { z } from "zod";
import type { Position } from "./paginate-lists.ts";

const schema = z.tuple([
  z.number().int().min(0).max(10),
  z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  z.string().max(64),
]);

export function encodeCursor({ stage, place }: Position): string {
  return Buffer.from(JSON.stringify([stage, place?.at ?? 0, place?.id ?? ""])).toString("base64url");
}

/** Null for a text that is not one of our cursors. */
export function decodeCursor(cursor: string): Position | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    // Not a cursor of ours; the caller reports this.
    return null;
  }
  const result = schema.safeParse(parsed);
  if (!result.success) return null;
  const [stage, at, id] = result.data;
  return { stage, place: id === "" ? null : { at, id } };
}
