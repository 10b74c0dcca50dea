/**
 * Reads one order: the text of an enqueue request as a producer wrote it into Redis, every digit kept.
 *
 * An order without a key gets one from its place in the stream or queue, so that reading it twice (after a crash
 * between acknowledgement and removal) makes one delivery.
 */
import { readJson } from "../delivery/exact-json.ts";
import { isObject } from "../operations/exact-object.ts";
import type { FieldError } from "../operations/field-errors.ts";
import type { Source } from "./ports.ts";

export interface WrittenOrder {
  readonly text: string;
  /** The idempotency key for an order that names none. */
  readonly defaultKey: string;
  /** The operation, where it is given outside the text. */
  readonly operation?: string;
}

type OrderReading =
  | { readonly kind: "order"; readonly order: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly errors: readonly FieldError[] };

export function readOrder(written: WrittenOrder, source: Source): OrderReading {
  const { text, defaultKey, operation } = written;
  const reading = readJson(text);
  if (reading.kind === "malformed") return refused("", `expected JSON: ${reading.detail} (at ${reading.at})`);
  if (reading.faults.length > 0) return { kind: "refused", errors: reading.faults.slice(0, MOST_ERRORS) };
  const { value } = reading;
  if (!isObject(value))
    return refused("", "expected an object: account, operation, payload and what else it has");
  const named = value["operation"];
  if (operation !== undefined && named !== undefined && named !== operation)
    return refused("/operation", `expected ${operation}, as the name says, or no operation`);
  const { account } = value;
  if (typeof account === "string" && !source.accounts.includes(account))
    return refused(
      "/account",
      `expected one of ${source.accounts.join(", ")}: ${source.name} may use no other`,
    );
  const order = { ...value, ...(operation === undefined ? {} : { operation }) };
  return { kind: "order", order: { ...order, key: value["key"] ?? defaultKey } };
}

/** The account that an order names, as far as it can be read. */
export function accountOf({ text }: Pick<WrittenOrder, "text">): string {
  const reading = readJson(text);
  const account = reading.kind === "read" && isObject(reading.value) ? reading.value["account"] : null;
  return typeof account === "string" ? account : "";
}

/** More errors than this do not help a reader. */
const MOST_ERRORS = 20;

function refused(pointer: string, detail: string): OrderReading {
  return { kind: "refused", errors: [{ pointer, detail }] };
}
