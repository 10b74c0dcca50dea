/**
 * Wrong fields, by JSON pointer (RFC 6901), each with one sentence on what was expected.
 */
import type { z } from "zod";
import { say } from "../language/say.ts";
import { shownPointer } from "../delivery/json-pointer.ts";

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** At most this many errors in one answer, because a person has to read them. */
export const MOST_ERRORS = 20;

export function fieldErrors(error: z.ZodError, under: readonly PropertyKey[] = []): FieldError[] {
  const told = error.issues.slice(0, MOST_ERRORS).flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code !== "unrecognized_keys") return [{ pointer: shownPointer(path), detail: sentence(issue) }];
    return issue.keys.slice(0, MOST_ERRORS).map((key) => ({
      pointer: shownPointer([...path, key]),
      detail: say("there is no such field; is it misspelt?"),
    }));
  });
  return told.slice(0, MOST_ERRORS);
}

/** Zod's message, which never quotes the value. */
function sentence(issue: z.core.$ZodIssue): string {
  if (
    issue.code === "invalid_type" &&
    issue.input === undefined &&
    issue.message.endsWith("received undefined")
  ) {
    return say("expected {type}, but it is missing", { type: issue.expected });
  }
  return issue.message.replace(/^Invalid input: expected (\S+), received (\S+)$/, "expected $1, got $2");
}
