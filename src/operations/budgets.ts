/**
 * How large a request may be: limits in bytes and counts (ARCHITECTURE section 5, "Budgets"), checked before
 * any work whose cost grows with the size.
 */
import { say } from "../language/say.ts";
import { ExactNumber } from "../delivery/exact-number.ts";
import type { FieldError } from "./field-errors.ts";

const KIB = 1024;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The body of one request of any kind. */
export const REQUEST_LIMIT_BYTES = 2 * KIB * KIB;
/** Larger payloads are refused, unless their operation allows more. */
export const PAYLOAD_LIMIT_BYTES = 256 * KIB;
/** Larger metadata are refused, because every list contains them. */
export const METADATA_LIMIT_BYTES = 16 * KIB;
const MOST_FIELDS = 10_000;
const MOST_LEVELS = 32;

/** The longest key, lane, entity or recipient, in UTF-16 units. */
export const LONGEST_ID = 200;
/** Characters of a callback's URL. */
export const LONGEST_URL = 2_048;

export const EARLIEST_SEND_MS = DAY_MS;
export const LATEST_SEND_MS = 365 * DAY_MS;
/** The latest deadline after `sendAt`, or else after the acknowledgement. */
export const LONGEST_LIFE_MS = 90 * DAY_MS;

/** Null for a whole request with few enough fields and levels. */
export function tooMuchAsked(input: unknown): FieldError | null {
  // If the whole is within the limits, so are its parts: these are checked one by one only where it is not.
  if (tooMuchIn(input, { pointer: "", mostLevels: MOST_LEVELS + 1 }) === null) return null;
  const { payload, metadata } = typeof input === "object" && input !== null ? (input as Asked) : {};
  return (
    tooMuchIn(payload, { pointer: "/payload" }) ??
    tooMuchIn(metadata, { pointer: "/metadata" }) ??
    tooMuchIn(input, { pointer: "", mostLevels: MOST_LEVELS + 1 })
  );
}

interface Asked {
  readonly payload?: unknown;
  readonly metadata?: unknown;
}

/** Null for a value with few enough fields and levels. Reads no more of it than necessary. */
export function tooMuchIn(
  value: unknown,
  { pointer, mostLevels = MOST_LEVELS }: { readonly pointer: string; readonly mostLevels?: number },
): FieldError | null {
  switch (walk(value, { levels: mostLevels, count: { fields: 0 } })) {
    case "fields":
      return { pointer, detail: say("expected at most {limit} fields and items", { limit: MOST_FIELDS }) };
    case "levels":
      return { pointer, detail: say("expected at most {limit} levels", { limit: MOST_LEVELS }) };
    case null:
      return null;
  }
}

type TooMuch = "fields" | "levels" | null;
type Count = { fields: number };

function walk(
  value: unknown,
  { levels, count }: { readonly levels: number; readonly count: Count },
): TooMuch {
  if (typeof value !== "object" || value === null || value instanceof ExactNumber) return null;
  if (levels === 0) return "levels";
  return Array.isArray(value) ? walkList(value, { levels, count }) : walkFields(value, { levels, count });
}

function walkList(
  list: readonly unknown[],
  { levels, count }: { readonly levels: number; readonly count: Count },
): TooMuch {
  count.fields += list.length;
  if (count.fields > MOST_FIELDS) return "fields";
  for (const item of list) {
    if (typeof item !== "object") continue;
    const found = walk(item, { levels: levels - 1, count });
    if (found !== null) return found;
  }
  return null;
}

function walkFields(
  fields: object,
  { levels, count }: { readonly levels: number; readonly count: Count },
): TooMuch {
  // `in`, because `Object.values` would first build a list, perhaps of a million values.
  for (const name in fields) {
    count.fields += 1;
    if (count.fields > MOST_FIELDS) return "fields";
    const value = (fields as Record<string, unknown>)[name];
    if (typeof value !== "object") continue;
    const found = walk(value, { levels: levels - 1, count });
    if (found !== null) return found;
  }
  return null;
}

export function largerThan(
  text: string | null,
  { pointer, limitBytes }: { readonly pointer: string; readonly limitBytes: number },
): FieldError | null {
  // No UTF-16 unit takes more than three bytes of UTF-8.
  if (text === null || text.length * 3 <= limitBytes) return null;
  const bytes = Buffer.byteLength(text);
  if (bytes <= limitBytes) return null;
  const kib = { limit: Math.ceil(limitBytes / KIB), count: Math.ceil(bytes / KIB) };
  return { pointer, detail: say("expected at most {limit} KiB of JSON, got {count} KiB", kib) };
}

/**
 * Checks an id that becomes part of Redis' keys and of every list: its length is limited, and it must be
 * well-formed text.
 */
export function unfitId(id: string, what: string): FieldError | null {
  if (id.length > LONGEST_ID) {
    return {
      pointer: "/payload",
      detail: say("expected {what} of at most {limit} characters, got {count}", {
        what,
        limit: LONGEST_ID,
        count: id.length,
      }),
    };
  }
  return id.isWellFormed()
    ? null
    : { pointer: "/payload", detail: say("expected well-formed text as {what}", { what }) };
}
