/**
 * A number as its author wrote it, where a JavaScript number would change it: integers beyond 2^53,
 * decimals with many digits, and other spellings (`1.0`, `1E2`, `-0`).
 *
 * `JSON.stringify` writes it digit by digit. `structuredClone` and `JSON.parse` do not keep it: store and pass
 * on the text of a payload, not its parsed value.
 */
export class ExactNumber {
  /** The number in JSON's own spelling. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The JavaScript number of exactly this value; null if there is none. */
  toNumber(): number | null {
    const value = Number(this.text);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return null;
    const isSame = Number.isFinite(value) && valueOf(this.text) === valueOf(String(value));
    // `+ 0` turns -0 into 0.
    return isSame ? value + 0 : null;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): unknown {
    return raw(this.text);
  }
}

/**
 * A value that `JSON.stringify` writes as this text (`JSON.rawJSON`, which TypeScript's types lack). Runtimes
 * without it (the client runs on Node 20) write a string with the same digits.
 */
function raw(text: string): unknown {
  return (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON?.(text) ?? text;
}

/**
 * Reads a number of JSON: a JavaScript number if it is written the same way, else an `ExactNumber`. Null for a
 * number that JavaScript cannot hold: `1e400` would become Infinity, `1e-400` zero.
 */
export function readNumber(text: string): number | ExactNumber | null {
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (String(value) === text && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value;
  if (value === 0 && valueOf(text) !== "0") return null;
  return new ExactNumber(text);
}

/** How ids are written as text: `7`, `7.0` and `70e-1` are one id; a long one keeps its digits. */
export function digitsOf(value: number | bigint | ExactNumber): string {
  if (!(value instanceof ExactNumber)) return String(value);
  return String(value.toNumber() ?? value.text);
}

/** One text for all spellings of a value: its digits without zeros at either end, and the power of ten. */
function valueOf(text: string): string {
  const exponentAt = text.search(/e/i);
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt);
  const power = exponentAt < 0 ? 0 : Number(text.slice(exponentAt + 1));
  const point = mantissa.indexOf(".");
  const decimals = point < 0 ? 0 : mantissa.length - point - 1;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/^-/, "").replace(".", "").replace(/^0+/, "");
  const kept = withoutTrailingZeros(digits);
  if (kept === "") return "0";
  return `${sign}${kept}e${power - decimals + digits.length - kept.length}`;
}

/** A loop, because a pattern anchored at the end would scan every run of zeros many times. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}
