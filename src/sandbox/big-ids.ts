/**
 * Ids above 2^53, as a Java or PHP server with 64-bit keys gives them: as numbers in JSON, which a client that
 * reads them as doubles would confuse (setting `bigIds`). Inside the sandbox they are text.
 */
import { exactNumber, isExact } from "./exact-numbers.ts";

const beyondDoubles = 9_007_199_254_740_992n;

/** The n-th id of a kind. Two consecutive ids are the same double. */
export function bigId(n: number): string {
  return String(beyondDoubles + BigInt(n));
}

/** The fields of answers that hold ids. Other texts of digits stay text. */
const ids: ReadonlySet<string> = new Set([
  "id",
  "workId",
  "workIds",
  "batchId",
  "taskUuid",
  "packageUuid",
  "recipient_id",
  "operate_id",
  "uniacid",
]);
/** Fields whose content is left alone. */
const bodies: ReadonlySet<string> = new Set(["message_body", "send_staff"]);

/** The answer as JSON, with big ids as numbers. */
export function withBigIds(body: unknown): string {
  return JSON.stringify(unquoted(body, ""));
}

function unquoted(value: unknown, name: string): unknown {
  if (bodies.has(name) || isExact(value)) return value;
  if (Array.isArray(value)) return value.map((item) => unquoted(item, name));
  if (typeof value === "string")
    return ids.has(name) && /^\d{16,19}$/.test(value) ? exactNumber(value) : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, unquoted(inner, field)]));
}
