/**
 * Reads a platform's JSON. Its ids are text here: an integer that JavaScript would round arrives as the
 * text of its digits, in arrays too.
 */
import { countFields, countWritten, joinRepeated, numberRepeated } from "./repeated-fields.ts";

/**
 * Only a text that matches can hold a number that would be rounded. Others are parsed without the reviver,
 * which is slow.
 */
const MAY_ROUND = /\d{16}|\d[eE]\+?\d/;

/** More levels than any answer has. Code that follows a value level by level would fail on an endless one. */
const MOST_LEVELS = 100;

/**
 * Undefined when it is not JSON, or nested more than 100 levels deep. A field that stands several times with different
 * values is a list of the first two.
 */
export function readAnswer(text: string): unknown {
  try {
    const value = parse(text);
    const fields = countFields(value, MOST_LEVELS);
    if (fields === countWritten(text)) return value;
    if (Number.isNaN(fields)) return undefined;
    const all = parse(numberRepeated(text));
    return Number.isNaN(countFields(all, MOST_LEVELS)) ? undefined : joinRepeated(all);
  } catch {
    // A body that does not parse, or is nested without end, is an outcome of its own: the caller decides.
    return undefined;
  }
}

function parse(text: string): unknown {
  return MAY_ROUND.test(text) ? JSON.parse(text, unrounded) : JSON.parse(text);
}

/** The reviver: Node passes it the source text of every number. */
function unrounded(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const isRounded = Number.isInteger(value) || !Number.isFinite(value);
  return isRounded ? context?.source : value;
}
