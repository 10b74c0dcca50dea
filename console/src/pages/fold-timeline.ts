import type { InspectedDelivery } from "../../../src/doors/client/types.ts";

export type Entry = NonNullable<InspectedDelivery["timeline"]>[number];

type Fields = Readonly<Record<string, unknown>>;

interface Folded {
  readonly first: Entry;
  readonly last: Entry;
  readonly times: number;
}

/** Equal neighbours are one row with a count: a delivery that was asked about forty times fits on a screen. */
export function fold(entries: readonly Entry[]): readonly Folded[] {
  const folded: Folded[] = [];
  for (const entry of entries) {
    const before = folded.at(-1);
    if (before !== undefined && wordsOf(before.first) === wordsOf(entry))
      folded[folded.length - 1] = {
        first: common(before.first, entry),
        last: entry,
        times: before.times + 1,
      };
    else folded.push({ first: entry, last: entry, times: 1 });
  }
  return folded;
}

/** What an entry says, without its moment, and whoever did it. */
function wordsOf({ at: _at, event, ...fields }: Entry): string {
  const { worker: _worker, tookMs: _tookMs, ...rest }: Fields = { ...fields };
  return [event, detailOf(rest)].join(" ");
}

/** Of several: no time that one took, and the worker where one did all. */
function common(first: Entry, other: Entry): Entry {
  const { tookMs: _tookMs, worker, ...rest }: Fields = { ...first };
  const { worker: its }: Fields = { ...other };
  const { at, event } = first;
  return { ...rest, ...(worker !== undefined && worker === its ? { worker } : {}), at, event };
}

export function detailOf(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([name]) => name !== "at" && name !== "event")
    .map(([name, value]) =>
      name === "detail"
        ? String(value)
        : `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(" · ");
}

interface EntryWords {
  readonly event: Readonly<Record<string, string>>;
  readonly reason: Readonly<Record<string, string>>;
  readonly entry: {
    readonly fields: Readonly<Record<string, string>>;
    readonly outcomes: Readonly<Record<string, string>>;
    readonly of: (name: string, value: string) => string;
  };
}

const SAYS_ITSELF = new Set(["detail", "note"]);
const COUNTS = new Set(["proven", "pending", "absent", "inconclusive", "there"]);

/** The same for a person: counts of nobody are left out, and what is not known here stays as it is. */
export function entryText(
  { at: _at, event: _event, ...fields }: Readonly<Record<string, unknown>>,
  { entry, reason }: EntryWords,
): string {
  const said = (name: string, value: unknown): string => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (SAYS_ITSELF.has(name)) return text;
    if (name === "reason") return reason[text] ?? text;
    if (name === "tookMs") return entry.of(entry.fields[name] ?? name, `${text} ms`);
    if (name === "outcome" || name === "cause") return outcomeText(text, entry.outcomes);
    return entry.of(entry.fields[name] ?? name, text);
  };
  return Object.entries(fields)
    .filter(([name, value]) => !(COUNTS.has(name) && value === 0))
    .map(([name, value]) => said(name, value))
    .join(" · ");
}

/** `unknown (timeout)`: the cause behind it is for whoever looks closer. */
export function outcomeText(text: string, known: Readonly<Record<string, string>>): string {
  const [, outcome = text, cause = ""] = /^(\w+)( \(.*\))?$/.exec(text) ?? [];
  return (known[outcome] ?? outcome) + cause;
}

const CALM = new Set(["enqueued", "confirmed", "observing", "replayed", "edited"]);

/** A send that was accepted and a check that proved something are none. */
export function isProblem(entry: Entry): boolean {
  if (CALM.has(entry.event)) return false;
  const { outcome, pending, absent, inconclusive } = entry as unknown as Record<string, unknown>;
  if (entry.event === "sent") return outcome !== "accepted" && outcome !== "confirmed";
  if (entry.event === "checked") return [pending, absent, inconclusive].some((count) => Number(count) > 0);
  return true;
}
