/**
 * Reads JSON that a producer wrote, without changing anything: a number that JavaScript does not carry
 * exactly becomes an `ExactNumber`, and `sourceOf` gives back the text of a payload.
 *
 * What cannot be delivered as it was written is a fault, told by its place: a number out of range, half of
 * a surrogate pair, a field that is named twice (whose readers do not agree on which one counts), a field
 * called `__proto__`, values nested beyond all reason. In their places the value has null.
 */
import { ExactNumber, readNumber } from "./exact-number.ts";
import { pointerTo } from "./json-pointer.ts";

/** One place where a value is not what it has to be. */
export interface Fault {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

export type Reading =
  | { readonly kind: "read"; readonly value: unknown; readonly faults: readonly Fault[] }
  /** It is not JSON; `at` counts from 0, in UTF-16 units. */
  | { readonly kind: "malformed"; readonly at: number; readonly detail: string };

/** Deeper values are not read. More than a payload may have, because a body wraps its payloads. */
const MOST_LEVELS = 64;

/** A body with more faults than this is somebody's test of our patience. */
const MOST_FAULTS = 20_000;

/** Bodies have their payloads on level 1 (one delivery) or 3 (a batch). */
const DEEPEST_SOURCE = 3;

const sources = new WeakMap<object, string>();

/** The text that an object was read from, where it was read here and near the top; null otherwise. */
export function sourceOf(value: object): string | null {
  return sources.get(value) ?? null;
}

/** Tells that `copy` was made of `original` without any change: by a schema that builds objects anew. */
export function keepSource(original: unknown, copy: unknown): void {
  if (!isObject(original) || !isObject(copy)) return;
  const text = sources.get(original);
  if (text !== undefined) sources.set(copy, text);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function readJson(text: string): Reading {
  const reader = new Reader(text);
  try {
    const value = reader.readAll();
    return { kind: "read", value, faults: reader.faults };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: "malformed", at: error.at, detail: error.message };
  }
}

/** The object of a text that a door has accepted; null for what is none, because a view never throws. */
export function readAccepted(text: string | null): Readonly<Record<string, unknown>> | null {
  const reading = text === null ? null : readJson(text);
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

const WHITE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The part of a text that stands for itself. */
// oxlint-disable-next-line no-control-regex -- JSON has no control characters in a text
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LITERALS: readonly (readonly [string, true | false | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

class Reader {
  readonly faults: Fault[] = [];
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): unknown {
    this.#skip(WHITE);
    const value = this.#value();
    this.#skip(WHITE);
    if (this.#at < this.#text.length) throw new Malformed(this.#at, "there is something behind its end");
    return value;
  }

  #value(): unknown {
    const first = this.#text[this.#at];
    if (first === '"') return this.#wellFormed(this.#string());
    if (first === "{" || first === "[") return this.#container(first);
    const literal = LITERALS.find(([word]) => this.#text.startsWith(word, this.#at));
    if (literal === undefined) return this.#number();
    this.#at += literal[0].length;
    return literal[1];
  }

  #container(first: "{" | "["): unknown {
    const level = this.#path.length;
    if (level >= MOST_LEVELS) return this.#tooDeep();
    const start = this.#at;
    if (first === "[") return this.#array();
    const object = this.#object();
    if (level <= DEEPEST_SOURCE) sources.set(object, this.#text.slice(start, this.#at));
    return object;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#list("}", () => {
      if (this.#text[this.#at] !== '"') throw new Malformed(this.#at);
      const name = this.#string();
      this.#path.push(name);
      this.#wellFormed(name);
      this.#skip(WHITE);
      this.#take(":");
      this.#skip(WHITE);
      const value = this.#value();
      if (name === "__proto__") this.#fault("expected no field of this name");
      else if (Object.hasOwn(object, name)) this.#fault("this field stands here twice");
      else object[name] = value;
      this.#path.pop();
    });
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#list("]", () => {
      this.#path.push(array.length);
      array.push(this.#value());
      this.#path.pop();
    });
    return array;
  }

  /** What is between brackets, with a comma between two. */
  #list(end: "]" | "}", one: () => void): void {
    this.#at += 1;
    this.#skip(WHITE);
    if (this.#text[this.#at] === end) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#skip(WHITE);
      one();
      this.#skip(WHITE);
      if (this.#text[this.#at] === end) break;
      this.#take(",");
    }
    this.#at += 1;
  }

  #string(): string {
    const start = this.#at;
    let isPlain = true;
    this.#at += 1;
    for (;;) {
      this.#skip(PLAIN);
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next !== "\\") throw new Malformed(this.#at);
      isPlain = false;
      this.#at += 2;
    }
    this.#at += 1;
    if (isPlain) return this.#text.slice(start + 1, this.#at - 1);
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      // One of its escapes is none.
      throw new Malformed(start);
    }
  }

  #wellFormed(text: string): string {
    if (!text.isWellFormed()) this.#fault("expected well-formed text, without half of a surrogate pair");
    return text;
  }

  #number(): unknown {
    const start = this.#at;
    this.#skip(NUMBER);
    if (this.#at === start) throw new Malformed(start);
    const value = readNumber(this.#text.slice(start, this.#at));
    if (value === null)
      this.#fault("expected a number between -1.8e308 and 1.8e308, and not next to nothing");
    return value;
  }

  /** Counts brackets, because a stack of calls would end before a hostile text does. */
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

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    pattern.test(this.#text);
    this.#at = Math.max(this.#at, pattern.lastIndex);
  }

  #take(sign: string): void {
    if (this.#text[this.#at] !== sign) throw new Malformed(this.#at);
    this.#at += 1;
  }

  #fault(detail: string): void {
    if (this.faults.length >= MOST_FAULTS)
      throw new Malformed(this.#at, "too much of it cannot be delivered");
    this.faults.push({ pointer: pointerTo(this.#path), detail });
  }
}
