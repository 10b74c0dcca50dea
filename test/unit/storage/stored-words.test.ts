/**
 * What is passed over by its text alone is never meant.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayHold } from "../../../src/storage/stored-words.ts";

const says = (words: string, anyCase: boolean, detail: string): boolean =>
  mayHold([{ of: "state", words, anyCase }])({ request: "{}", state: JSON.stringify({ detail }) });

/** Characters that JSON escapes, halves of characters, and such as are larger or smaller than their other case. */
const characters = fc.constantFrom(...'aAzZ09 "\\/\n\t\u0001\u007fßẞİıσςΣKÅ\ud83d\ude00必達é'.split(""));
const text = fc.array(characters, { maxLength: 12 }).map((all) => all.join(""));

describe("a record", () => {
  it("is never skipped where it holds the words that are asked for", () => {
    const part = fc.tuple(text, text, text);
    fc.assert(
      fc.property(part, ([before, words, after]) => {
        const detail = `${before}${words}${after}`;
        if (detail.includes(words)) expect(says(words, false, detail)).toBe(true);
        for (const asked of [words, words.toUpperCase(), words.toLowerCase()]) {
          if (detail.toLowerCase().includes(asked.toLowerCase()))
            expect(says(asked, true, detail)).toBe(true);
        }
      }),
    );
  });

  it("is skipped where it does not hold them", () => {
    expect(says("nothing", true, "505: no such person")).toBe(false);
    expect(says("No Such", true, "505: no such person")).toBe(true);
    expect(says("No Such", false, "505: no such person")).toBe(false);
    expect(says('say "no"', false, 'they say "no"')).toBe(true);
  });

  it("must hold all of them, each in its place", () => {
    const texts = { request: '{"operation":"todo.create"}', state: '{"detail":"505: no"}' };
    const operation = { of: "request", words: "todo.create", anyCase: false } as const;

    expect(mayHold([operation, { of: "state", words: "505: ", anyCase: false }])(texts)).toBe(true);
    expect(mayHold([operation, { of: "request", words: "505: ", anyCase: false }])(texts)).toBe(false);
    expect(mayHold([])(texts)).toBe(true);
  });
});
