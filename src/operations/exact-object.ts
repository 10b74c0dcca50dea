/**
 * A payload or metadata in the form that is stored: the text, and the value for validation. The text is the
 * producer's own if it came as text; for values from a program it is written here, digit by digit.
 */
import { readJson, sourceOf, type Fault } from "../delivery/exact-json.ts";
import { writeJson } from "../delivery/write-json.ts";

export type ExactObject =
  | { readonly kind: "exact"; readonly text: string; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly faults: readonly Fault[] };

/** @param under the pointer to it in the request: "/payload" */
export function exactObject(given: Readonly<Record<string, unknown>>, under: string): ExactObject {
  const source = sourceOf(given);
  if (source !== null) return { kind: "exact", text: source, value: given };
  const writing = writeJson(given);
  if (writing.kind === "refused") return refused(writing.faults, under);
  if (writing.isPlain) return { kind: "exact", text: writing.text, value: given };
  const reading = readJson(writing.text);
  if (reading.kind === "malformed" || !isObject(reading.value)) {
    return refused([{ pointer: "", detail: "expected an object" }], under);
  }
  return { kind: "exact", text: writing.text, value: reading.value };
}

function refused(faults: readonly Fault[], under: string): ExactObject {
  return {
    kind: "refused",
    faults: faults.map(({ pointer, detail }) => ({ pointer: `${under}${pointer}`, detail })),
  };
}

/** Neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
