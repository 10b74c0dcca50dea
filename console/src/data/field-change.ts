/** One field, and what becomes of it. Pure. */
import type { FieldEditOrder } from "../../../src/doors/client/types.ts";
import { parseExact } from "./exact-json.ts";

export interface FieldChange {
  readonly how: "replace" | "set";
  readonly field: string;
  readonly find: string;
  readonly replaceWith: string;
  readonly value: string;
}

export const NO_CHANGE: FieldChange = { how: "replace", field: "", find: "", replaceWith: "", value: "" };

export function isComplete({ how, field, find, value }: FieldChange): boolean {
  return field.trim() !== "" && (how === "set" ? value.trim() !== "" : find !== "");
}

export function changeOf({
  how,
  field,
  find,
  replaceWith,
  value,
}: FieldChange): Pick<FieldEditOrder, "field" | "find" | "replaceWith" | "value"> {
  const pointer = field.trim().startsWith("/") ? field.trim() : `/${field.trim().replaceAll(".", "/")}`;
  return how === "set" ? { field: pointer, value: valueOf(value) } : { field: pointer, find, replaceWith };
}

/** `3`, `true` and `"3"` are JSON; what is none is text. */
function valueOf(text: string): unknown {
  const value = parseExact(text);
  return value === undefined ? text : value;
}
