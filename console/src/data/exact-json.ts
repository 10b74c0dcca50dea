/**
 * JSON whose numbers keep their digits, as the client of the API reads and writes them: what a JavaScript number cannot
 * hold is an `ExactNumber`, in every browser.
 */
import { readAnswerBody } from "../../../src/doors/client/answer-numbers.ts";
import { writeBody } from "../../../src/doors/client/body.ts";
import { layOut } from "./json-tree.ts";

/** Undefined for what is no JSON. */
export function parseExact(text: string): unknown {
  return readAnswerBody(text, "exact");
}

export function writeExact(value: unknown): string {
  try {
    return layOut(writeBody(value));
  } catch {
    // What cannot be sent can still be looked at.
    return JSON.stringify(value, null, 2);
  }
}
