/**
 * Writes values as JSON without changing a number: an `ExactNumber` and a `bigint` digit by digit.
 *
 * A JavaScript number that has lost digits already (beyond 2^53), or that JSON cannot say (NaN, Infinity),
 * is refused and not rounded; so are text with half of a surrogate pair, functions, and values that hold
 * themselves. What JSON leaves out (undefined in an object) is left out.
 */
import { ExactNumber } from "./exact-number.ts";
import type { Fault } from "./exact-json.ts";
import { pointerTo } from "./json-pointer.ts";

export type Writing =
  | { readonly kind: "written"; readonly text: string }
  | { readonly kind: "refused"; readonly faults: readonly Fault[] };

/** JSON that is written as it stands. Who makes it has read it, and knows that it has no fault. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** No payload may be deeper; a value that holds itself is. */
const MOST_LEVELS = 64;
const MOST_FAULTS = 20;

export function writeJson(value: unknown): Writing {
  const faults: Fault[] = [];
  const text = new Writer(faults, { isCanonical: false }).value(value);
  return faults.length === 0 ? { kind: "written", text: text ?? "null" } : { kind: "refused", faults };
}

/**
 * The form that a digest is taken of: names sorted, texts decoded, each number as it was written.
 * `1`, `1.0` and `1e0` are three requests.
 */
export function canonicalJson(value: unknown): string {
  const faults: Fault[] = [];
  const text = new Writer(faults, { isCanonical: true }).value(value) ?? "null";
  const [fault] = faults;
  if (fault !== undefined) throw new TypeError(`${fault.pointer}: ${fault.detail}`);
  return text;
}

/** The text of the language's own raw JSON, where it has that; null for all else. */
function rawTextOf(given: object): string | null {
  const { isRawJSON } = JSON as unknown as { isRawJSON?: (value: unknown) => boolean };
  return isRawJSON?.(given) === true ? String((given as { rawJSON?: unknown }).rawJSON) : null;
}

class Writer {
  readonly #faults: Fault[];
  readonly #isCanonical: boolean;
  /** The place of the value that is being written. */
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
      case "bigint":
      case "boolean":
        return String(given);
      case "object":
        return given === null ? "null" : this.#container(given);
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
      // A Date says a text. What says another thing like itself might do so without end.
      const isEndless = typeof said === "object" && said !== null && "toJSON" in said;
      return isEndless ? this.#fault("expected a value of JSON") : this.value(said);
    }
    return Array.isArray(given) ? this.#array(given) : this.#object(given);
  }

  #array(given: readonly unknown[]): string {
    const items: string[] = [];
    // Not `map`: it leaves out what was never set.
    for (let at = 0; at < given.length; at += 1) {
      const text = this.#at(at, () => this.value(given[at]) ?? this.#fault("expected a value of JSON"));
      items.push(text);
    }
    return `[${items.join(",")}]`;
  }

  #object(given: object): string {
    const fields = Object.entries(given);
    if (this.#isCanonical) fields.sort(([a], [b]) => (a < b ? -1 : 1));
    const members: string[] = [];
    for (const [name, item] of fields) {
      const member = this.#at(name, () => this.#member(name, item));
      if (member !== null) members.push(member);
    }
    return `{${members.join(",")}}`;
  }

  #member(name: string, item: unknown): string | null {
    const text = this.value(item);
    if (text === undefined) return null;
    if (name === "__proto__") this.#fault("expected no field of this name");
    return `${this.#text(name)}:${text}`;
  }

  #at<T>(step: string | number, write: () => T): T {
    this.#path.push(step);
    const written = write();
    this.#path.pop();
    return written;
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
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ pointer: pointerTo(this.#path), detail });
    return "null";
  }
}
