/**
 * Validates a request that has only simple fields, with the same result as the schema (`enqueueInput`). Most
 * requests are like that, and the schema takes several times as long.
 */
import { LONGEST_ID } from "./budgets.ts";
import type { EnqueueInput } from "./enqueue.ts";

type PlainField = "account" | "operation" | "payload" | "key" | "lane" | "priority";
type PlainRequest = Pick<EnqueueInput, PlainField>;

const PLAIN: ReadonlySet<string> = new Set<PlainField>([
  "account",
  "operation",
  "payload",
  "key",
  "lane",
  "priority",
]);
const LOWEST_PRIORITY = 1_000_000;

/** Null for any other request, valid or not; then the schema decides. */
export function plainRequest(input: unknown): PlainRequest | null {
  if (!isPlainObject(input)) return null;
  for (const name in input) if (!PLAIN.has(name)) return null;
  const { account, operation, payload, key, lane, priority } = input;
  if (!isShortText(account) || !isShortText(operation) || !isPlainObject(payload)) return null;
  if (key !== undefined && !isShortText(key)) return null;
  if (lane !== undefined && !isShortText(lane)) return null;
  if (priority !== undefined && !isPriority(priority)) return null;
  return {
    account,
    operation,
    payload,
    ...(key === undefined ? {} : { key }),
    ...(lane === undefined ? {} : { lane }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isShortText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_ID && value.isWellFormed();
}

function isPriority(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= LOWEST_PRIORITY;
}
