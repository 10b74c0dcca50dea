/**
 * Whether the text of a record can hold some words, without reading it: most records that somebody looks through are
 * passed over by this alone, in Redis already where it can tell (`read-records.lua`).
 */
import type { Saying } from "../operations/ports.ts";

interface StoredTexts {
  readonly request: string;
  readonly state: string;
}

/** Never false for a record in which these words are: what it is true for must still be read. */
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
  /** In small letters, and ASCII. */
  readonly smallWords: string;
}

/** What Redis compares beforehand: of each kind one, "" for none. */
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

/** As the JSON of a record has them; "" where that cannot be told. */
function asWritten({ words, anyCase }: Saying): string {
  // Half a character is written in another way than within a whole one.
  if (!words.isWellFormed()) return "";
  const written = JSON.stringify(words).slice(1, -1);
  if (!anyCase) return written;
  const small = written.toLowerCase();
  // The small letter of this one depends on its neighbours.
  return /[σς]/.test(small) ? "" : small;
}
