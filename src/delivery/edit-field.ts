/**
 * Changes one field of a payload: sets it, or replaces a part of its text. Pure. Every other field stays as it
 * was read, with all digits of its numbers.
 */
import { readJson } from "./exact-json.ts";
import { ExactNumber } from "./exact-number.ts";
import { stepsOf } from "./json-pointer.ts";
import type { JsonObject } from "./record.ts";
import { writeJson } from "./write-json.ts";

export type FieldEdit =
  /** `value` is JSON; a field that is not there is added. */
  | { readonly kind: "set"; readonly pointer: string; readonly value: string }
  /** Replaces every `find` in the text of the field. */
  | { readonly kind: "replace"; readonly pointer: string; readonly find: string; readonly with: string };

type FieldEdited =
  | {
      readonly kind: "edited";
      readonly payload: JsonObject;
      /** JSON; null where the field was not there. */
      readonly before: string | null;
      readonly after: string;
    }
  | { readonly kind: "unfit"; readonly detail: string };

export function editField(payload: JsonObject, edit: FieldEdit): FieldEdited {
  const steps = stepsOf(edit.pointer);
  if (steps === null || steps.length === 0) return unfit("expected a field: /title, or /params/0/openId");
  const found = valueAt(payload, steps);
  if (found.kind === "missing") return unfit(`there is no ${found.step} in its payload`);
  const value = edit.kind === "set" ? valueOf(edit.value) : replaced(found.value, edit);
  if (value === undefined) return unfit(notFound(edit));
  const before = found.value === undefined ? null : textOf(found.value);
  const after = textOf(value);
  if (after === NOT_JSON) return unfit("the value is not JSON");
  if (before === after) return unfit("the field has this value already");
  return { kind: "edited", payload: withValueAt(payload, { steps, value }) as JsonObject, before, after };
}

function notFound(edit: FieldEdit): string {
  return edit.kind === "set" ? "the value is not JSON" : "this field does not contain the text to replace";
}

function replaced(value: unknown, edit: Extract<FieldEdit, { kind: "replace" }>): string | undefined {
  if (typeof value !== "string" || !value.includes(edit.find)) return undefined;
  return value.replaceAll(edit.find, () => edit.with);
}

function valueOf(text: string): unknown {
  const reading = readJson(text);
  return reading.kind === "read" && reading.faults.length === 0 ? reading.value : undefined;
}

/** No value has this text. */
const NOT_JSON = "";

/** `NOT_JSON` where a replacement has left half of a surrogate pair, which JSON cannot carry. */
function textOf(value: unknown): string {
  const writing = writeJson(value);
  return writing.kind === "written" ? writing.text : NOT_JSON;
}

type Found =
  { readonly kind: "found"; readonly value: unknown } | { readonly kind: "missing"; readonly step: string };

/** The last step may name a field that is not there yet, to be added. A list has no such fields. */
function valueAt(payload: unknown, steps: readonly string[]): Found {
  let value = payload;
  for (const [index, step] of steps.entries()) {
    if (!isContainer(value)) return { kind: "missing", step };
    const isThere = Object.hasOwn(value, step) && !(Array.isArray(value) && step === "length");
    const isLast = index === steps.length - 1;
    if (!isThere && (!isLast || Array.isArray(value))) return { kind: "missing", step };
    value = isThere ? value[step] : undefined;
  }
  return { kind: "found", value };
}

function withValueAt(
  given: unknown,
  { steps: [step, ...rest], value }: { readonly steps: readonly string[]; readonly value: unknown },
): unknown {
  // At every step but the last `valueAt` has found a container.
  if (step === undefined || !isContainer(given)) return value;
  const copy = Array.isArray(given) ? [...(given as unknown[])] : { ...given };
  const own = {
    value: withValueAt(given[step], { steps: rest, value }),
    enumerable: true,
    configurable: true,
  };
  return Object.defineProperty(copy, step, { ...own, writable: true });
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}

function unfit(detail: string): FieldEdited {
  return { kind: "unfit", detail };
}
