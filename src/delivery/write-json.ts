/**
 * Writes values as JSON without changing a number: an `ExactNumber` and a `bigint` digit by digit.
 *
 * A JavaScript number that has lost digits already (beyond 2^53), or that JSON cannot express (NaN, Infinity),
 * is refused, not rounded. So are strings with half of a surrogate pair, functions, and values that contain
 * themselves. What JSON leaves out (undefined in an object) is left out.
 */
import { ExactNumber } from "./exact-number.ts";
import type { Fault } from "./exact-json.ts";
import { shownPointer } from "./json-pointer.ts";

type Writing =
  | {
      readonly kind: "written";
      readonly text: string;
      /**
       * Whether `JSON.parse` of the text gives an equal value: nothing was left out, and no number is an
       * `ExactNumber`.
       */
      readonly isPlain: boolean;
    }
  | { readonly kind: "refused"; readonly faults: readonly Fault[] };

/** JSON that is written as it stands. Whoever creates one has parsed the text and knows that it is valid. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** No payload may be deeper; a value that contains itself always is. */
const MOST_LEVELS = 64;
const MOST_FAULTS = 20;

export function writeJson(value: unknown): Writing {
  // Nearly all values are plain: JSON.stringify writes the same text for them.
  if (isPlain(value, MOST_LEVELS)) return { kind: "written", text: JSON.stringify(value), isPlain: true };
  const faults: Fault[] = [];
  const text = new Writer(faults, { isCanonical: false }).value(value) ?? "null";
  return faults.length === 0 ? { kind: "written", text, isPlain: false } : { kind: "refused", faults };
}

/**
 * The canonical form, for digests: names sorted, strings decoded, each number as it was written. `1`, `1.0` and
 * `1e0` make three different requests.
 */
export function canonicalJson(value: unknown): string {
  if (isPlain(value, MOST_LEVELS)) return plainCanonical(value);
  const faults: Fault[] = [];
  const text = new Writer(faults, { isCanonical: true }).value(value) ?? "null";
  const [fault] = faults;
  if (fault !== undefined) throw new TypeError(`${fault.pointer}: ${fault.detail}`);
  return text;
}

function plainCanonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(plainCanonical).join(",")}]`;
  let members = "";
  for (const name of Object.keys(value).sort()) {
    const member = `${JSON.stringify(name)}:${plainCanonical((value as Readonly<Record<string, unknown>>)[name])}`;
    members += members === "" ? member : `,${member}`;
  }
  return `{${members}}`;
}

/** The text of a `JSON.rawJSON` object, where the runtime has that; null for any other value. */
function rawTextOf(given: object): string | null {
  const { isRawJSON } = JSON as unknown as { isRawJSON?: (value: unknown) => boolean };
  return isRawJSON?.(given) === true ? String((given as { rawJSON?: unknown }).rawJSON) : null;
}

/**
 * Whether the value is made of strings, safe numbers, plain lists and plain objects only: then `JSON.stringify`
 * writes all of it, without hidden or inherited properties.
 */
function isPlain(value: unknown, levels: number): boolean {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "number":
      return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    case "boolean":
      return true;
    case "object":
      return value === null || (levels > 0 && isPlainContainer(value, levels - 1));
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return false;
  }
}

function isPlainContainer(value: object, levels: number): boolean {
  if ("toJSON" in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return false;
    // Not `every`, which skips the holes of a sparse array.
    for (const item of value) if (!isPlain(item, levels)) return false;
    return true;
  }
  // A `JSON.rawJSON` object has no prototype, and is not plain.
  if (prototype !== Object.prototype) return false;
  const names = Reflect.ownKeys(value);
  let seen = 0;
  for (const name in value) {
    if (name === "__proto__" || !name.isWellFormed()) return false;
    if (!isPlain((value as Readonly<Record<string, unknown>>)[name], levels)) return false;
    seen += 1;
  }
  return seen === names.length;
}

class Writer {
  readonly #faults: Fault[];
  readonly #isCanonical: boolean;
  /** The path to the value that is being written. */
  readonly #path: (string | number)[] = [];

  constructor(faults: Fault[], { isCanonical }: { readonly isCanonical: boolean }) {
    this.#faults = faults;
    this.#isCanonical = isCanonical;
  }

  /** Undefined for what JSON leaves out. */
  value(given: unknown): string | undefined {
    if (given instanceof ExactNumber || given instanceof JsonText) return given.text;
    switch (typeof given) {
      case "string":
        return this.#text(given);
      case "number":
        return this.#number(given);
      case "boolean":
        return given ? "true" : "false";
      case "object":
        return given === null ? "null" : this.#container(given);
      case "bigint":
        return String(given);
      case "undefined":
        return undefined;
      case "function":
      case "symbol":
        return this.#fault(`expected a value of JSON, got a ${typeof given}`);
    }
  }

  #container(given: object): string | undefined {
    if (this.#path.length >= MOST_LEVELS) {
      return this.#fault(`expected at most ${MOST_LEVELS} levels; does it hold itself?`);
    }
    const raw = rawTextOf(given);
    if (raw !== null) return raw;
    if ("toJSON" in given && typeof given.toJSON === "function") {
      const said: unknown = (given.toJSON as (name: string) => unknown)(String(this.#path.at(-1) ?? ""));
      // A Date becomes a string. A `toJSON` that returns an object with a `toJSON` could go on for ever.
      const isEndless = typeof said === "object" && said !== null && "toJSON" in said;
      return isEndless ? this.#fault("expected a value of JSON") : this.value(said);
    }
    return Array.isArray(given) ? this.#array(given) : this.#object(given);
  }

  #array(given: readonly unknown[]): string {
    const items: string[] = [];
    // Not `map`, which skips the holes of a sparse array.
    for (let at = 0; at < given.length; at += 1) {
      this.#path.push(at);
      items.push(this.value(given[at]) ?? this.#fault("expected a value of JSON"));
      this.#path.pop();
    }
    return `[${items.join(",")}]`;
  }

  #object(given: object): string {
    const names = Object.keys(given);
    if (this.#isCanonical) names.sort((a, b) => (a < b ? -1 : 1));
    let members = "";
    for (const name of names) {
      this.#path.push(name);
      const member = this.#member(name, (given as Readonly<Record<string, unknown>>)[name]);
      this.#path.pop();
      if (member !== null) members += members === "" ? member : `,${member}`;
    }
    return `{${members}}`;
  }

  #member(name: string, item: unknown): string | null {
    const text = this.value(item);
    if (text === undefined) return null;
    if (name === "__proto__") this.#fault("expected no field of this name");
    return `${this.#text(name)}:${text}`;
  }

  #number(given: number): string {
    if (!Number.isFinite(given)) return this.#fault(`expected a number of JSON, got ${given}`);
    if (Number.isInteger(given) && !Number.isSafeInteger(given)) {
      return this.#fault("expected its digits as a bigint or a text: beyond 2^53 a number has lost some");
    }
    return JSON.stringify(given);
  }

  #text(given: string): string {
    if (given.isWellFormed()) return JSON.stringify(given);
    return this.#fault("expected well-formed text, without half of a surrogate pair");
  }

  #fault(detail: string): string {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ pointer: shownPointer(this.#path), detail });
    return "null";
  }
}
