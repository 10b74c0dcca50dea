/**
 * JSON with the place of each value in its text: what is wrong is shown where it stands, and what is right keeps the
 * spelling of its author, every digit of it. Pure.
 */
interface Place {
  readonly from: number;
  readonly to: number;
}

export interface Member {
  readonly name: string;
  /** The place of the name, with its quotes. */
  readonly place: Place;
  readonly value: JsonNode;
}

export type JsonNode = Place &
  (
    | { readonly kind: "object"; readonly members: readonly Member[] }
    | { readonly kind: "array"; readonly items: readonly JsonNode[] }
    | { readonly kind: "string"; readonly value: string }
    | { readonly kind: "number"; readonly text: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "null" }
  );

type Parsed =
  | { readonly kind: "tree"; readonly root: JsonNode }
  /** It is not JSON from here on. */
  | { readonly kind: "broken"; readonly at: number };

/** As the API reads them; deeper ones would end the stack of calls. */
const MOST_LEVELS = 64;

export function parseTree(text: string): Parsed {
  const reader = new Reader(text);
  try {
    return { kind: "tree", root: reader.all() };
  } catch (error) {
    if (error instanceof Broken) return { kind: "broken", at: error.at };
    throw error;
  }
}

/** The same JSON in lines; texts and numbers as they were written. */
export function layOut(text: string): string {
  const parsed = parseTree(text);
  return parsed.kind === "tree" ? lines(parsed.root, { text, margin: "" }) : text;
}

function lines(node: JsonNode, { text, margin }: { readonly text: string; readonly margin: string }): string {
  const inner = `${margin}  `;
  if (node.kind === "object" && node.members.length > 0) {
    const members = node.members.map(
      ({ place, value }) =>
        `${inner}${text.slice(place.from, place.to)}: ${lines(value, { text, margin: inner })}`,
    );
    return `{\n${members.join(",\n")}\n${margin}}`;
  }
  if (node.kind === "array" && node.items.length > 0) {
    const items = node.items.map((item) => inner + lines(item, { text, margin: inner }));
    return `[\n${items.join(",\n")}\n${margin}]`;
  }
  if (node.kind === "object") return "{}";
  return node.kind === "array" ? "[]" : text.slice(node.from, node.to);
}

class Broken extends Error {
  readonly at: number;

  constructor(at: number) {
    super("not JSON");
    this.at = at;
  }
}

const WHITE = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- JSON has no control characters in a text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): JsonNode {
    const root = this.#value(MOST_LEVELS);
    if (this.#at < this.#text.length) throw new Broken(this.#at);
    return root;
  }

  /** With the blanks before and behind it. */
  #value(levels: number): JsonNode {
    this.#take(WHITE);
    const from = this.#at;
    const node = this.#bare(levels);
    const to = this.#at;
    this.#take(WHITE);
    return { ...node, from, to };
  }

  #bare(levels: number): DistributiveOmit<JsonNode, "from" | "to"> {
    const next = this.#text[this.#at];
    if ((next === "{" || next === "[") && levels === 0) throw new Broken(this.#at);
    if (next === "{") return { kind: "object", members: this.#list("}", () => this.#member(levels - 1)) };
    if (next === "[") return { kind: "array", items: this.#list("]", () => this.#value(levels - 1)) };
    if (next === '"') return { kind: "string", value: JSON.parse(this.#token(STRING)) as string };
    const word = this.#take(WORD);
    if (word === "null") return { kind: "null" };
    if (word !== null) return { kind: "boolean", value: word === "true" };
    return { kind: "number", text: this.#token(NUMBER) };
  }

  #member(levels: number): Member {
    this.#take(WHITE);
    const from = this.#at;
    const name = JSON.parse(this.#token(STRING)) as string;
    const place = { from, to: this.#at };
    this.#take(WHITE);
    this.#sign(":");
    return { name, place, value: this.#value(levels) };
  }

  #list<T>(end: "}" | "]", item: () => T): T[] {
    this.#at += 1;
    this.#take(WHITE);
    const items: T[] = [];
    if (this.#text[this.#at] !== end) {
      items.push(item());
      while (this.#text[this.#at] === ",") {
        this.#at += 1;
        items.push(item());
      }
    }
    this.#sign(end);
    return items;
  }

  #sign(sign: string): void {
    if (this.#text[this.#at] !== sign) throw new Broken(this.#at);
    this.#at += 1;
  }

  #token(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === null) throw new Broken(this.#at);
    return found;
  }

  /** What stands here, where the pattern fits; then the place behind it. */
  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found = null] = pattern.exec(this.#text) ?? [];
    if (found !== null) this.#at += found.length;
    return found;
  }
}

/** `Omit` for each member of a union: a plain one would keep only the fields that all members have. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
