/**
 * Why Redis does not do what it is asked, in words for people, without any value in them.
 */
import { say, type FixedSentence } from "../language/say.ts";

/** An error in the middle of a script: Redis' user lacks a right. */
export const LACKS_RIGHT_IN_SCRIPT =
  /ACL failure in script|The user executing the script can't (?:run|access)/;

const WORDS: readonly (readonly [RegExp, FixedSentence])[] = [
  [/\bOOM\b/, "Redis refuses writes: its memory is full (maxmemory)"],
  [/\bMISCONF\b/, "Redis refuses writes: it cannot write to its disk"],
  [/\bREADONLY\b/, "Redis refuses writes: it is a replica"],
  [/\bNOREPLICAS\b/, "Redis refuses writes: too few replicas follow it (min-replicas-to-write)"],
  [/\bLOADING\b/, "Redis is still loading its data"],
  [/\bBUSY\b/, "Redis is busy with a long script"],
  [/\bMASTERDOWN\b/, "Redis is a replica that has lost its master"],
  [
    new RegExp(`\\b(NOPERM|NOAUTH|WRONGPASS)\\b|${LACKS_RIGHT_IN_SCRIPT.source}`),
    "Redis refuses writes: its user lacks rights, or the password is wrong",
  ],
];

export function whyUnavailable(error: unknown): string {
  if (isWrongType(error)) return wrongType(error);
  const text = error instanceof Error ? error.message : String(error);
  const [, words = "Redis does not answer"] = WORDS.find(([pattern]) => pattern.test(text)) ?? [];
  return say(words);
}

/** Whether somebody else has written a value of another type into one of Bida's keys. */
export function isWrongType(error: unknown): error is Error {
  return error instanceof Error && /\bWRONGTYPE\b/.test(error.message);
}

/** A client names the command and its first argument, which is the key, unless it is a script. */
function wrongType(error: Error & { readonly command?: unknown }): string {
  const { name, args } = (error.command ?? {}) as {
    readonly name?: unknown;
    readonly args?: readonly unknown[];
  };
  const [key] = args ?? [];
  if (typeof key !== "string" || /^(eval|fcall)/i.test(String(name)))
    return say("a key of Bida in Redis has a value of the wrong type");
  return say("the key {key} in Redis has a value of the wrong type", { key });
}
