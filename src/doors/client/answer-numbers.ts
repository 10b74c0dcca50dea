/**
 * Parses the JSON of an answer without changing its integers.
 */
import { readJson } from "../../delivery/exact-json.ts";
import { ExactNumber } from "../../delivery/exact-number.ts";

export { ExactNumber };

/**
 * The types of numbers in answers. `plain`: integers beyond 2^53 are `bigint`, all others JavaScript numbers.
 * `exact`: numbers that a JavaScript number would write differently (`1.0`, many decimals) are `ExactNumber`s
 * too.
 */
export type Numbers = "plain" | "exact";

/** Only a text that matches can hold an integer that a JavaScript number would change. */
const MAY_CHANGE = /\d{16}|\d[eE]\+?\d/;

/** Undefined when it is not JSON. */
export function readAnswerBody(text: string, numbers: Numbers): unknown {
  if (numbers === "plain" && !MAY_CHANGE.test(text)) return parsed(text);
  const reading = readJson(text);
  if (reading.kind === "malformed") return undefined;
  return numbers === "exact" ? reading.value : withPlainNumbers(reading.value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller, which knows who answered.
    return undefined;
  }
}

function withPlainNumbers(value: unknown): unknown {
  if (value instanceof ExactNumber) return plain(value);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPlainNumbers(item)]));
}

function plain({ text }: ExactNumber): number | bigint {
  const value = Number(text);
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return wholeOf(text) ?? value;
}

/** Null for a number with digits after the decimal point. */
function wholeOf(text: string): bigint | null {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const zeros = Number(power) - fraction.length;
  const digits = zeros < 0 ? `${whole}${fraction}` : `${whole}${fraction}${"0".repeat(zeros)}`;
  const end = zeros < 0 ? digits.length + zeros : digits.length;
  return /^0*$/.test(digits.slice(end)) ? BigInt(`${sign}${digits.slice(0, end)}`) : null;
}
