/**
 * Reads JSON that a producer wrote, without changing anything: a number that JavaScript does not carry
 * exactly becomes an `ExactNumber`, and `sourceOf` gives back the text of a payload.
 *
 * What cannot be delivered as it was written is a fault with a pointer to its place: a number out of range,
 * half of a surrogate pair, a field that stands twice (parsers do not agree on which one counts), a field
 * called `__proto__`, values nested too deeply. The value that is returned has null in such a place.
 */
import { ExactNumber, readNumber } from "./exact-number.ts";
import { shownPointer } from "./json-pointer.ts";

/** One place in a value that is wrong, and what is expected there. */
export interface Fault {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

type Reading =
  | { readonly kind: "read"; readonly value: unknown; readonly faults: readonly Fault[] }
  /** It is not JSON; `at` counts from 0, in UTF-16 units. */
  | { readonly kind: "malformed"; readonly at: number; readonly detail: string };

/** Values nested more deeply are faults. More levels than a payload may have, because a body wraps its payloads. */
const MOST_LEVELS = 64;

/** A body with more faults than this is an attack or a mistake: no more of them are collected. */
const MOST_FAULTS = 20_000;

/** A body has its payloads on level 1 (one delivery) or 3 (a batch). */
const DEEPEST_SOURCE = 3;
/** The fields whose own source text is kept, beside the text of the whole. */
const KEPT_AS_WRITTEN: readonly unknown[] = ["payload", "metadata"];

const sources = new WeakMap<object, string>();

/**
 * The source text of an object that `readJson` has read as a whole body, a payload or metadata; null for any
 * other object.
 */
export function sourceOf(value: object): string | null {
  return sources.get(value) ?? null;
}

/** Gives `copy` the source text of `original`: for an object that a schema has rebuilt. */
export function keepSource(original: unknown, copy: unknown): void {
  if (!isObject(original) || !isObject(copy)) return;
  const text = sources.get(original);
  if (text !== undefined) sources.set(copy, text);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function readJson(text: string): Reading {
  return read(text, { keepsSources: true });
}

function read(text: string, options: { readonly keepsSources: boolean }): Reading {
  const reader = new Reader(text, options);
  try {
    const value = reader.readAll();
    return { kind: "read", value, faults: reader.faults };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "malformed", at: error.at, detail: error.message };
  }
}

/** The object in a text that was accepted earlier; null if it is not one, because a view never throws. */
export function readAccepted(text: string | null): Readonly<Record<string, unknown>> | null {
  const reading = text === null ? null : read(text, { keepsSources: false });
  const value = reading?.kind === "read" ? reading.value : null;
  const isObject = typeof value === "object" && !Array.isArray(value) && !(value instanceof ExactNumber);
  return isObject ? (value as Readonly<Record<string, unknown>> | null) : null;
}

class Malformed extends Error {
  readonly at: number;

  constructor(at: number, detail = "this is not JSON") {
    super(detail);
    this.at = at;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The characters of a string that need no decoding. */
// oxlint-disable-next-line no-control-regex -- a string of JSON holds no control characters
const PLAIN = /[^"\\\u0000-\u001f]*/y;
// oxlint-disable-next-line no-control-regex -- the same
const NOT_PLAIN = /[\\\u0000-\u001f]/;

/** The code units of JSON's whitespace and punctuation. */
const [TAB, LINE_FEED, RETURN, BLANK] = [9, 10, 13, 32] as const;
const [QUOTE, BRACE, BRACKET] = [34, 123, 91] as const;
const [T_OF_TRUE, F_OF_FALSE, N_OF_NULL] = [116, 102, 110] as const;

/** Compares code units and makes no closure for a value, for speed: every payload and every body is read here. */
class Reader {
  readonly faults: Fault[] = [];
  readonly #text: string;
  readonly #keepsSources: boolean;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, { keepsSources }: { readonly keepsSources: boolean }) {
    this.#text = text;
    this.#keepsSources = keepsSources;
  }

  readAll(): unknown {
    this.#skipWhite();
    const value = this.#value();
    this.#skipWhite();
    if (this.#at < this.#text.length) throw new Malformed(this.#at, "there is something behind its end");
    return value;
  }

  #value(): unknown {
    switch (this.#text.charCodeAt(this.#at)) {
      case QUOTE:
        return this.#wellFormed(this.#string());
      case BRACE:
        return this.#isTooDeep() ? this.#tooDeep() : this.#object();
      case BRACKET:
        return this.#isTooDeep() ? this.#tooDeep() : this.#array();
      case T_OF_TRUE:
        return this.#literal("true", true);
      case F_OF_FALSE:
        return this.#literal("false", false);
      case N_OF_NULL:
        return this.#literal("null", null);
      default:
        return this.#number();
    }
  }

  #literal<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new Malformed(this.#at);
    this.#at += word.length;
    return value;
  }

  #isTooDeep(): boolean {
    return this.#path.length >= MOST_LEVELS;
  }

  #object(): Record<string, unknown> {
    const start = this.#at;
    const object: Record<string, unknown> = {};
    for (let isFirst = true; this.#hasNext("}", isFirst); isFirst = false) {
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw new Malformed(this.#at);
      const name = this.#string();
      this.#path.push(name);
      this.#wellFormed(name);
      this.#skipWhite();
      this.#take(":");
      this.#skipWhite();
      const value = this.#value();
      if (name === "__proto__") this.#fault("expected no field of this name");
      else if (Object.hasOwn(object, name)) this.#fault("this field appears twice");
      else object[name] = value;
      this.#path.pop();
    }
    if (this.#keepsSources && this.#isKeptAsWritten()) sources.set(object, this.#text.slice(start, this.#at));
    return object;
  }

  #isKeptAsWritten(): boolean {
    const level = this.#path.length;
    return level === 0 || (level <= DEEPEST_SOURCE && KEPT_AS_WRITTEN.includes(this.#path[level - 1]));
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    for (let isFirst = true; this.#hasNext("]", isFirst); isFirst = false) {
      this.#path.push(array.length);
      array.push(this.#value());
      this.#path.pop();
    }
    return array;
  }

  /** Whether another member follows, after a comma; false at the end of the object or list. */
  #hasNext(end: "]" | "}", isFirst: boolean): boolean {
    if (isFirst) this.#at += 1;
    this.#skipWhite();
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return false;
    }
    if (isFirst) return true;
    this.#take(",");
    this.#skipWhite();
    return true;
  }

  #string(): string {
    const start = this.#at;
    const end = this.#text.indexOf('"', start + 1);
    if (end === -1) return this.#escaped(start);
    const plain = this.#text.slice(start + 1, end);
    if (NOT_PLAIN.test(plain)) return this.#escaped(start);
    this.#at = end + 1;
    return plain;
  }

  #escaped(start: number): string {
    this.#at = start + 1;
    for (;;) {
      this.#at = this.#endOfPlain(this.#at);
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next !== "\\") throw new Malformed(this.#at);
      this.#at += 2;
    }
    this.#at += 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      // One of its escapes is not valid.
      throw new Malformed(start);
    }
  }

  #endOfPlain(from: number): number {
    PLAIN.lastIndex = from;
    PLAIN.test(this.#text);
    return Math.max(from, PLAIN.lastIndex);
  }

  #wellFormed(text: string): string {
    if (!text.isWellFormed()) this.#fault("expected well-formed text, without half of a surrogate pair");
    return text;
  }

  #number(): unknown {
    const start = this.#at;
    NUMBER.lastIndex = start;
    if (!NUMBER.test(this.#text)) throw new Malformed(start);
    this.#at = NUMBER.lastIndex;
    const value = readNumber(this.#text.slice(start, this.#at));
    if (value === null)
      this.#fault("expected a number between -1.8e308 and 1.8e308, and not so small that it becomes 0");
    return value;
  }

  /** Counts brackets instead of recursing: a hostile text would overflow the stack. */
  #tooDeep(): null {
    this.#fault(`expected at most ${MOST_LEVELS} levels`);
    let open = 0;
    do {
      const next = this.#text[this.#at];
      if (next === undefined) throw new Malformed(this.#at);
      if (next === '"') {
        this.#string();
        continue;
      }
      if (next === "{" || next === "[") open += 1;
      if (next === "}" || next === "]") open -= 1;
      this.#at += 1;
    } while (open > 0);
    return null;
  }

  #skipWhite(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== BLANK && code !== LINE_FEED && code !== RETURN && code !== TAB) return;
      this.#at += 1;
    }
  }

  #take(sign: string): void {
    if (this.#text[this.#at] !== sign) throw new Malformed(this.#at);
    this.#at += 1;
  }

  #fault(detail: string): void {
    if (this.faults.length >= MOST_FAULTS)
      throw new Malformed(this.#at, "too much of it cannot be delivered");
    this.faults.push({ pointer: shownPointer(this.#path), detail });
  }
}
