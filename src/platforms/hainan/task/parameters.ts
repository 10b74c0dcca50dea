/**
 * The query parameters of a call: every field as text (document 003, the example).
 */
import { ExactNumber } from "../../../delivery/exact-number.ts";

export function parametersOf(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const pairs = Object.entries(fields).flatMap(([name, value]) => {
    const parameter = parameterOf(value);
    return parameter === null ? [] : [[name, parameter] as const];
  });
  return Object.fromEntries(pairs);
}

/** Lists of plain values are comma-joined, like dueNotifyTypeArr; all else that has parts is JSON. */
function parameterOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (isPlain(value)) return wellFormed(String(value));
  if (Array.isArray(value) && value.every(isPlain)) return wellFormed(value.map(String).join(","));
  return wellFormed(JSON.stringify(value));
}

/** An `ExactNumber` counts as a plain value: its text is its digits. */
function isPlain(value: unknown): value is string | number | bigint | boolean | ExactNumber {
  return value instanceof ExactNumber || ["string", "number", "bigint", "boolean"].includes(typeof value);
}

/** Half of a surrogate pair cannot be encoded in a URL: it is replaced by U+FFFD. */
function wellFormed(value: string): string {
  return value.toWellFormed();
}
