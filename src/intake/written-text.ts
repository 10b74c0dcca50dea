/**
 * What a producer wrote into Redis, as text. Redis keeps bytes: those of another encoding would be delivered as
 * other characters, so they are refused; and what is too long is not even read.
 */
import { isUtf8 } from "node:buffer";
import type { FieldError } from "../operations/field-errors.ts";

interface WrittenText {
  /** Without a byte order mark. Where there are errors: as much as is worth showing. */
  readonly text: string;
  /** Why it is not to be read; none for what is. */
  readonly errors: readonly FieldError[];
}

/** A delivery may have 1 MiB of payload, and an order little beside it. */
const MOST_ORDER_BYTES = 1024 * 1024 + 64 * 1024;
/** What is shown of an order that is not read; more is not kept anyway. */
const SHOWN_BYTES = 64 * 1024;

export function textOf(bytes: Buffer): WrittenText {
  const detail = faultOf(bytes);
  if (detail === null) return { text: new TextDecoder().decode(bytes), errors: [] };
  return { text: bytes.toString("utf8", 0, SHOWN_BYTES), errors: [{ pointer: "", detail }] };
}

function faultOf(bytes: Buffer): string | null {
  if (bytes.length > MOST_ORDER_BYTES)
    return `expected at most ${kib(MOST_ORDER_BYTES)}, got ${kib(bytes.length)}`;
  if (!isUtf8(bytes)) return "expected the order in UTF-8; these bytes are not (is it GBK?)";
  return null;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
