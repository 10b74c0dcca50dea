/**
 * Reads one entry of the stream: `order '<json>' [reply bida:reply:<name>]`. Pure.
 *
 * An entry holds one order. An unknown field is refused, not ignored, because its writer meant something by it.
 */
import { isUtf8 } from "node:buffer";
import { nearestName } from "../delivery/nearest-name.ts";
import type { FieldError } from "../operations/field-errors.ts";
import type { RawEntry } from "./entry-reader.ts";
import type { FoundOrder } from "./take-orders.ts";
import { textOf } from "./written-text.ts";

export interface StreamOrder extends FoundOrder {
  /** The stream for the reply; null if none was asked for. */
  readonly reply: string | null;
}

const FIELDS = ["order", "reply"];
const REPLY_PREFIX = "bida:reply:";
/** Redis has no limit; this is readable for people. */
const LONGEST_REPLY_NAME = 200;
const LONGEST_SHOWN_NAME = 100;

export function readEntry({ id: entry, fields, lengths }: RawEntry, stream: string): StreamOrder {
  const [orders, replies] = FIELDS.map((name) => placesOf(fields, name));
  const [order, ...moreOrders] = orders ?? [];
  const [reply, ...moreReplies] = replies ?? [];
  const name = reply === undefined ? null : replyName(fields[reply] ?? EMPTY);
  const written = order === undefined ? NO_ORDER : textOf(fields[order] ?? EMPTY, lengths[order]);
  const errors: FieldError[] = [
    ...strangers(fields),
    ...(moreOrders.length === 0
      ? []
      : [at("/order", "expected one order in an entry; this field appears twice")]),
    ...(moreReplies.length === 0 ? [] : [at("/reply", "expected one reply; this field appears twice")]),
    ...(reply !== undefined && name === null ? [at("/reply", WRONG_REPLY)] : []),
    ...written.errors,
  ];
  return {
    entry,
    text: written.text,
    defaultKey: `stream:${stream}:${entry}`,
    reply: moreReplies.length === 0 ? name : null,
    ...(errors.length === 0 ? {} : { errors }),
  };
}

const WRONG_REPLY = `expected a stream whose name begins with ${REPLY_PREFIX} and has at most ${LONGEST_REPLY_NAME} characters`;
const NO_ORDER = {
  text: "",
  errors: [at("", "expected a field `order` with the order as JSON")],
};

const EMPTY = Buffer.alloc(0);

/** Where values of this name are. */
function placesOf(fields: readonly Buffer[], name: string): number[] {
  return fields.flatMap((_, at) => (at % 2 === 1 && fields[at - 1]?.toString() === name ? [at] : []));
}

function replyName(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return null;
  const name = bytes.toString();
  const fits = name.length > REPLY_PREFIX.length && name.length <= LONGEST_REPLY_NAME;
  return fits && name.startsWith(REPLY_PREFIX) ? name : null;
}

/** Errors for unknown fields. */
function strangers(fields: readonly Buffer[]): FieldError[] {
  const names = fields.filter((_, index) => index % 2 === 0).map((name) => shown(name));
  return [...new Set(names)]
    .filter((name) => !FIELDS.includes(name))
    .map((name) => {
      const near = nearestName(name, FIELDS);
      const hint = near === null ? "" : `; did you mean ${near}?`;
      return at(`/${name}`, `expected no fields but order and reply${hint}`);
    });
}

function shown(name: Buffer): string {
  return name.toString("utf8", 0, LONGEST_SHOWN_NAME).replaceAll("~", "~0").replaceAll("/", "~1");
}

function at(pointer: string, detail: string): FieldError {
  return { pointer, detail };
}
