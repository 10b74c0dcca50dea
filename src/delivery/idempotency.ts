/**
 * Idempotency keys: a producer's own name for one delivery.
 *
 * Keys are stored as digests, so a key never shows up in Redis and its length costs nothing.
 */
import { hash } from "node:crypto";

/** The name under which an idempotency key is stored. */
export function keyHash(key: string): string {
  return digest(key);
}

/** What an idempotency key was used for: the same for the same fields, whatever their order. */
export function requestDigest(asked: object): string {
  return digest(canonicalJson(asked));
}

function digest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}

/** JSON with sorted keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
