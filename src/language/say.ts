/**
 * Sentences for people: composed in English, translated where they are shown.
 *
 * Whatever is stored, logged or answered to a program stays English. A door that shows a sentence to a person
 * finds its form in the catalogue and shows it in the person's language, wherever it was composed: in this
 * process, by an API, or days ago in a record. `say` takes only sentences of the catalogue, so one without a
 * translation does not compile.
 */
import { CHINESE } from "./chinese.ts";
import { HEADINGS } from "./chinese/headings.ts";
import type { Language } from "./language.ts";

/** English, with `{places}` for the parts that vary. */
export type Sentence = keyof typeof CHINESE;

type Places<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}`
  ? // `${env:NAME}` and `{ }` stand for themselves.
    (Place extends `${string}:${string}` | `${string} ${string}` | " " ? never : Place) | Places<Rest>
  : never;

/** A sentence without places. */
export type FixedSentence = {
  [Text in Sentence]: [Places<Text>] extends [never] ? Text : never;
}[Sentence];

export type Values<Text extends string> = [Places<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Places<Text>, string | number>>];

/** The sentence, in English. */
export function say<Text extends Sentence>(text: Text, ...[values]: Values<Text>): string {
  return values === undefined ? text : filled(text, (place) => String(values[place as Places<Text>]));
}

/** The same text in this language. A text that matches no sentence is returned as it is. */
export function inLanguage(text: string, language: Language): string {
  return language === "en" ? text : inChinese(text);
}

/** A heading of a table or the label of a value: a word that could be a name elsewhere. */
export type Heading = keyof typeof HEADINGS;

export function headingIn(heading: Heading, language: Language): string {
  return language === "en" ? heading : HEADINGS[heading];
}

/** A longer text is none of ours. */
const LONGEST = 2_000;

function inChinese(text: string): string {
  if (text.includes("\n")) return text.split("\n").map(inChinese).join("\n");
  if (text === "" || text.length > LONGEST) return text;
  if (Object.hasOwn(CHINESE, text)) return CHINESE[text as Sentence];
  const after = withSubject(text);
  if (after !== text) return after;
  for (const { english, chinese } of forms()) {
    const values = valuesIn(text, english);
    if (values !== null) return filled(chinese, (place) => valueIn(place, values.get(place) ?? ""));
  }
  return asList(text);
}

/** Names that users chose are not translated, even if they are words of ours: an account called `intake`. */
const NAMED = new Set([
  "name",
  "names",
  "account",
  "receiver",
  "receivers",
  "role",
  "host",
  "platform",
  "key",
  "id",
]);

function valueIn(place: string, value: string): string {
  return NAMED.has(place) ? value : inChinese(value);
}

/** Several sentences in a row. If one of them is none of ours, the whole text is taken to be somebody else's. */
function asList(text: string): string {
  const parts = text.split("; ");
  if (parts.length === 1) return text;
  const said = parts.map(inChinese);
  return said.every((part, at) => part !== parts[at]) ? said.join("；") : text;
}

/** A sentence after a flag, a field or a position: `--note: is missing`, `bida.yaml:12: accounts.yzj: is missing`. */
function withSubject(text: string): string {
  const [, subject = "", rest = ""] = /^([^\s:]+(?::\d+)?): (.+)$/s.exec(text) ?? [];
  const said = rest === "" ? rest : inChinese(rest);
  return said === rest ? text : `${subject}：${said}`;
}

interface Form {
  /** Literal, place, literal, place, …, literal. */
  readonly english: readonly string[];
  readonly chinese: string;
}

let known: readonly Form[] | null = null;

/** The longest come first: a sentence of few words would match many texts. */
function forms(): readonly Form[] {
  known ??= Object.entries(CHINESE)
    .map(([english, chinese]) => ({ english: english.split(PLACE), chinese }))
    .filter(({ english }) => english.length > 1)
    .toSorted((a, b) => literalLength(b.english) - literalLength(a.english));
  return known;
}

function literalLength(parts: readonly string[]): number {
  return parts.reduce((sum, part, at) => sum + (at % 2 === 0 ? part.length : 0), 0);
}

const PLACE = /\{(\w+)\}/;

/** What some places may hold, so that short sentences match nothing else. */
const KINDS: Readonly<Record<string, RegExp>> = {
  count: /^\d+$/,
  line: /^\d+$/,
  seconds: /^\d+$/,
  minutes: /^\d+$/,
  hours: /^\d+$/,
  time: /^\d/,
  percent: /^\d+(?:\.\d+)?$/,
  duration: /^\d+[smhd](?: \d+[mh])?$/,
  status: /^\w+$/,
  accounts: /^\d+ accounts?$/,
  keys: /^\d+ API keys?$/,
  mirrors: /^\d+ mirrors?$/,
  type: /^(?:(?:a |a whole )?\w+|true or false|'[^']+'(?: \| '[^']+')*)$/,
  reference: /^\$\{[^}]+\}$/,
  methods: /^[A-Z, ]+$/,
  who: /^(?:(?!; ).)*$/,
};

/** The values of the places, each as short as possible; null if the text does not have this form. */
function valuesIn(text: string, [first = "", ...rest]: readonly string[]): Map<string, string> | null {
  if (!text.startsWith(first) || !text.endsWith(rest.at(-1) ?? "")) return null;
  const values = new Map<string, string>();
  let from = first.length;
  for (let at = 0; at < rest.length; at += 2) {
    const [place = "", literal = ""] = rest.slice(at, at + 2);
    const isLast = at + 2 >= rest.length;
    const to = isLast ? text.length - literal.length : text.indexOf(literal, from + 1);
    const value = text.slice(from, to);
    if (to <= from || KINDS[place]?.test(value) === false) return null;
    values.set(place, value);
    from = to + literal.length;
  }
  return values;
}

function filled(template: string, valueOf: (place: string) => string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, place: string) => valueOf(place));
}
