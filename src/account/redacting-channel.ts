/**
 * A channel whose outcomes hold no secret in any text that is stored.
 *
 * Ids, digests and what a channel noted for itself stay as they are: they are compared, not read.
 */
import type { Channel } from "../platforms/channel.ts";
import type { Redact } from "../platforms/redact.ts";

/** Fields of outcomes that people read. */
const WORDS: ReadonlySet<string> = new Set(["detail", "text", "code", "note", "ends"]);

export function redactingChannel(channel: Channel, redact: Redact): Channel {
  const clean = <T>(outcome: T): T => redacted(outcome, redact);
  return {
    ...channel,
    // One from outside may give its answer without a promise.
    send: (request, account, signal) => Promise.resolve(channel.send(request, account, signal)).then(clean),
    check: (batch, account, signal) => Promise.resolve(channel.check(batch, account, signal)).then(clean),
  };
}

/** The same value, with its texts redacted. */
export function redacted<T>(value: T, redact: Redact): T {
  return walk(value, null, redact) as T;
}

/** The value itself where nothing is redacted, as nearly always: no copy is made. */
function walk(value: unknown, name: string | null, redact: Redact): unknown {
  if (typeof value === "string") return name !== null && WORDS.has(name) ? redact(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return walkList(value, name, redact);
  // What is hidden behind a prototype is nobody's word: of such a value the fields alone are told.
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return walkFields(isPlain ? (value as Fields) : { ...value }, redact);
}

function walkList(list: readonly unknown[], name: string | null, redact: Redact): readonly unknown[] {
  let clean: unknown[] | null = null;
  let at = -1;
  for (const item of list) {
    at += 1;
    const walked = walk(item, name, redact);
    if (walked === item) continue;
    clean ??= [...list];
    clean[at] = walked;
  }
  return clean ?? list;
}

type Fields = Readonly<Record<string, unknown>>;

function walkFields(fields: Fields, redact: Redact): Fields {
  let clean: Record<string, unknown> | null = null;
  for (const field in fields) {
    const inner = fields[field];
    const walked = IDS.has(field) ? inner : walk(inner, field, redact);
    if (walked === inner) continue;
    clean ??= { ...fields };
    clean[field] = walked;
  }
  return clean ?? fields;
}

/** Keyed by names of the platform's, which may be called `code` as well. */
const IDS: ReadonlySet<string> = new Set(["receipt", "recipientReceipts"]);
