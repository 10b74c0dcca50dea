/**
 * JSON in which a field stands twice. Parsers do not agree on which one counts, so a field with different values has
 * none of them: it is a list of the first two, which no reader takes for the value that it expects.
 */

/** How many fields the value has, on all levels. NaN if it is nested more deeply than that. */
export function countFields(value: unknown, levels: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return NaN;
  // Lists of schedules are half a megabyte, and this is on the way of each: no array is made for an object.
  let count = 0;
  if (Array.isArray(value)) for (const inner of value) count += countFields(inner, levels - 1);
  else {
    for (const name in value) {
      count += 1 + countFields((value as Record<string, unknown>)[name], levels - 1);
    }
  }
  return count;
}

/** No white space of JSON has a larger code. */
const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** How many fields a text of valid JSON writes: more than its value has if one stands twice. */
export function countWritten(text: string): number {
  let count = 0;
  let isInside = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInside = !isInside;
    else if (isInside && code === BACKSLASH) at += 1;
    else if (!isInside && code === COLON) count += 1;
  }
  return count;
}

/** Stands between the name of a repeated field and its number. */
const MARK = "\u0000";

/** The same JSON, with a number behind each name that has stood in its object before. */
export function numberRepeated(text: string): string {
  const marks = /["{}]/g;
  const objects: Map<string, number>[] = [];
  let written = "";
  let from = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    if (found[0] === "{") objects.push(new Map());
    if (found[0] === "}") objects.pop();
    if (found[0] !== '"') continue;
    const end = endOfString(text, found.index);
    marks.lastIndex = end + 1;
    const names = objects.at(-1);
    if (names === undefined || !isName(text, end)) continue;
    const name = JSON.parse(text.slice(found.index, end + 1)) as string;
    const before = names.get(name) ?? 0;
    names.set(name, before + 1);
    if (before === 0) continue;
    written += `${text.slice(from, end)}\\u0000${before}`;
    from = end;
  }
  return written + text.slice(from);
}

/** Joins the values of fields that `numberRepeated` has numbered. Each level is followed: the value must not be deep. */
export function joinRepeated(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(joinRepeated);
  const joined = new Map<string, readonly unknown[]>();
  for (const [name, inner] of Object.entries(value)) {
    const [own = ""] = name.split(MARK, 1);
    const values = joined.get(own) ?? [];
    if (values.length < 2) joined.set(own, withValue(values, joinRepeated(inner)));
  }
  return Object.fromEntries(
    [...joined].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function withValue(values: readonly unknown[], value: unknown): readonly unknown[] {
  // Nearly every field stands once: it is not written out for nothing.
  if (values.length === 0) return [value];
  const source = JSON.stringify(value);
  return values.some((known) => JSON.stringify(known) === source) ? values : [...values, value];
}

function isName(text: string, endOfText: number): boolean {
  let at = endOfText + 1;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return text.charCodeAt(at) === COLON;
}

/** Where the string that begins at this quotation mark ends. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}
