/**
 * Writes the bodies of requests without changing numbers: a `bigint` and an `ExactNumber` digit by digit. A
 * value that JSON cannot express, or a number that has lost digits already, is refused before anything is sent.
 */
import { JsonText, writeJson } from "../../delivery/write-json.ts";
import { BidaError } from "./errors.ts";

export { JsonText };

/** The largest request of the API (ARCHITECTURE section 5, "Budgets"). */
export const REQUEST_BYTES = 2 * 1024 * 1024;

/** @throws BidaError with code `invalid` and every wrong field */
export function writeBody(body: unknown): string {
  const writing = writeJson(body);
  if (writing.kind === "written") return writing.text;
  const { faults } = writing;
  const detail = `${countOf(faults.length)}; nothing was sent`;
  throw new BidaError({ status: null, code: "invalid", detail, errors: faults });
}

export function countOf(wrong: number): string {
  return wrong === 1 ? "one field is wrong" : `${wrong} fields are wrong`;
}

const encoder = new TextEncoder();

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
