/** A filter in the reader's words. */
import { isReason } from "../data/dead-letter-filter.ts";
import { words } from "../words/words.ts";
import { reasonWords } from "./tag.tsx";

export function filterWords(filter: Readonly<Record<string, unknown>>): string {
  const parts = filterParts(filter);
  return parts.length === 0 ? words.value.actions.everything : parts.join(" · ");
}

export function filterParts(filter: Readonly<Record<string, unknown>>): readonly string[] {
  const names: Readonly<Record<string, string>> = words.value.filter;
  return Object.entries(filter).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${names[name] ?? name}: ${valueWords(name, value)}`],
  );
}

function valueWords(name: string, value: unknown): string {
  if (name === "reason" && typeof value === "string" && isReason(value)) return reasonWords(value);
  const isMoment =
    (name === "since" || name === "until") && (typeof value === "number" || typeof value === "string");
  return isMoment ? new Date(value).toLocaleString() : String(value);
}
