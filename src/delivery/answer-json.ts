/**
 * Reads a platform's JSON. Its ids are text here: an integer that JavaScript would round arrives as the
 * text of its digits, in arrays too.
 */

/**
 * Only a text that matches can hold a number that would be rounded. Others are parsed without the reviver,
 * which is slow.
 */
const MAY_ROUND = /\d{16}|\d[eE]\+?\d/;

/** Undefined when it is not JSON. */
export function readAnswer(text: string): unknown {
  try {
    return MAY_ROUND.test(text) ? JSON.parse(text, unrounded) : JSON.parse(text);
  } catch {
    // A body that does not parse, or is nested without end, is an outcome of its own: the caller decides.
    return undefined;
  }
}

/** The reviver: Node passes it the source text of every number. */
function unrounded(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const isRounded = Number.isInteger(value) || !Number.isFinite(value);
  return isRounded ? context?.source : value;
}
