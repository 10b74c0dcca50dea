/**
 * The text that a producer wrote into Redis. Redis stores bytes: another encoding than UTF-8 would be delivered
 * as wrong characters, so it is refused, and a text that is too long is not parsed.
 */
import { isUtf8 } from "node:buffer";
import type { FieldError } from "../operations/field-errors.ts";

interface WrittenText {
  /** Without a byte order mark. If there are errors, only the beginning. */
  readonly text: string;
  /** Why it must not be parsed; empty if it may be. */
  readonly errors: readonly FieldError[];
}

/** A payload may have 1 MiB, and an order has little beside it. */
export const MOST_ORDER_BYTES = 1024 * 1024 + 64 * 1024;
/** How much is shown of an order that is not parsed. */
export const SHOWN_BYTES = 64 * 1024;

/** @param length before it was cut, if it was */
export function textOf(bytes: Buffer, length = bytes.length): WrittenText {
  const detail = faultOf(bytes, length);
  if (detail === null) return { text: new TextDecoder().decode(bytes), errors: [] };
  return { text: bytes.toString("utf8", 0, SHOWN_BYTES), errors: [{ pointer: "", detail }] };
}

function faultOf(bytes: Buffer, length: number): string | null {
  if (length > MOST_ORDER_BYTES) return `expected at most ${kib(MOST_ORDER_BYTES)}, got ${kib(length)}`;
  if (!isUtf8(bytes)) return "expected the order in UTF-8; these bytes are not (is it GBK?)";
  return null;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
