/**
 * Wrong fields, by JSON pointer (RFC 6901), each with one sentence on what was expected.
 */
import type { z } from "zod";

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export function fieldErrors(error: z.ZodError, under: readonly PropertyKey[] = []): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code !== "unrecognized_keys") return [{ pointer: pointerTo(path), detail: sentence(issue) }];
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      detail: "there is no such field; is it misspelt?",
    }));
  });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Zod's own words, which never quote the value. */
function sentence(issue: z.core.$ZodIssue): string {
  if (
    issue.code === "invalid_type" &&
    issue.input === undefined &&
    issue.message.endsWith("received undefined")
  ) {
    return `expected ${issue.expected}, but it is missing`;
  }
  return issue.message;
}
