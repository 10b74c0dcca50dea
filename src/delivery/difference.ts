/**
 * Where two payloads differ, as JSON pointers (RFC 6901). Values are never shown: a timeline is read by
 * people who may not read payloads.
 */
import { ExactNumber } from "./exact-number.ts";
import { pointerTo } from "./json-pointer.ts";

const MOST_TOLD = 50;

export function difference(before: unknown, after: unknown): string[] {
  const found: string[] = [];
  compare({ before, after }, { at: "", found });
  if (found.length <= MOST_TOLD) return found;
  return [...found.slice(0, MOST_TOLD), `and ${found.length - MOST_TOLD} more`];
}

function compare(
  { before, after }: { readonly before: unknown; readonly after: unknown },
  { at, found }: { readonly at: string; readonly found: string[] },
): void {
  if (Object.is(before, after)) return;
  if (before instanceof ExactNumber && after instanceof ExactNumber && before.text === after.text) return;
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    found.push(at);
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const step = `${at}${pointerTo([name])}`;
    compare({ before: before[name], after: after[name] }, { at: step, found });
  }
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}
