/**
 * Whether the stored text of a record can contain some words, without parsing it. A search skips most records
 * by this alone; where possible already in Redis (`read-records.lua`).
 */
import type { Saying } from "../operations/ports.ts";

interface StoredTexts {
  readonly request: string;
  readonly state: string;
}

/** Never false for a record that contains these words. A record for which it is true must still be parsed. */
export function mayHold(sayings: readonly Saying[]): (texts: StoredTexts) => boolean {
  const tests = sayings.flatMap((saying) => {
    const { of, anyCase } = saying;
    const written = asWritten(saying);
    if (written === "") return [];
    return (texts: StoredTexts) => (anyCase ? texts[of].toLowerCase() : texts[of]).includes(written);
  });
  return (texts) => tests.every((test) => test(texts));
}

interface WordsForRedis {
  readonly askedWords: string;
  readonly stateWords: string;
  /** ASCII in lower case. */
  readonly smallWords: string;
}

/** The words that Redis compares: one of each kind, "" for none. */
export function wordsForRedis(sayings: readonly Saying[]): WordsForRedis {
  const first = (isMeant: (saying: Saying) => boolean): string => {
    const saying = sayings.find(isMeant);
    return saying === undefined ? "" : asWritten(saying);
  };
  const small = first(({ of, anyCase }) => of === "state" && anyCase);
  return {
    askedWords: first(({ of, anyCase }) => of === "request" && !anyCase),
    stateWords: first(({ of, anyCase }) => of === "state" && !anyCase),
    // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
    smallWords: /^[\x00-\x7f]*$/.test(small) ? small : "",
  };
}

/** The words as they stand in the JSON of a record; "" where that is not certain. */
function asWritten({ words, anyCase }: Saying): string {
  // Half of a surrogate pair is escaped, unlike the whole pair in the record.
  if (!words.isWellFormed()) return "";
  const written = JSON.stringify(words).slice(1, -1);
  if (!anyCase) return written;
  const small = written.toLowerCase();
  // The lower case of Σ depends on its neighbours.
  return /[σς]/.test(small) ? "" : small;
}
