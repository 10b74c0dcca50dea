/**
 * Wraps a channel so that no text of its outcomes contains a secret, and so that it never throws synchronously.
 *
 * Ids, digests and memos stay as they are: they are compared, not read by people.
 */
import type { Channel } from "../platforms/channel.ts";
import type { Redact } from "../platforms/redact.ts";

/** Fields of outcomes that people read. */
const WORDS: ReadonlySet<string> = new Set(["detail", "text", "code", "note", "ends"]);

export function redactingChannel(channel: Channel, redact: Redact): Channel {
  const clean = <T>(outcome: T): T => redacted(outcome, redact);
  return {
    ...channel,
    // A channel from outside may return no promise, throw synchronously, or be an instance of a class.
    send: async (request, asking) => clean(await channel.send(request, asking)),
    check: async (batch, asking) => clean(await channel.check(batch, asking)),
    tryCredentials: async (account, asking) => channel.tryCredentials(account, asking),
  };
}

/** The same value, with its texts redacted. */
export function redacted<T>(value: T, redact: Redact): T {
  return walk(value, { name: null, redact }) as T;
}

/** Returns the value itself, without a copy, if nothing is redacted, which is nearly always so. */
function walk(
  value: unknown,
  { name, redact }: { readonly name: string | null; readonly redact: Redact },
): unknown {
  if (typeof value === "string") return name !== null && WORDS.has(name) ? redact(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return walkList(value, { name, redact });
  // Of an instance of a class only its own fields are kept.
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return walkFields(isPlain ? (value as Fields) : { ...value }, redact);
}

function walkList(
  list: readonly unknown[],
  named: { readonly name: string | null; readonly redact: Redact },
): readonly unknown[] {
  let clean: unknown[] | null = null;
  let at = -1;
  for (const item of list) {
    at += 1;
    const walked = walk(item, named);
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
    // Most fields: numbers, empty fields and ids have nothing to redact.
    if (inner === null || (typeof inner !== "object" && !WORDS.has(field)) || IDS.has(field)) continue;
    const walked = walk(inner, { name: field, redact });
    if (walked === inner) continue;
    clean ??= { ...fields };
    clean[field] = walked;
  }
  return clean ?? fields;
}

/** Objects whose keys are the platform's names, which may be `code` too. */
const IDS: ReadonlySet<string> = new Set(["receipt", "recipientReceipts"]);
