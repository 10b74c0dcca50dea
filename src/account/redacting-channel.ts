/**
 * A channel whose outcomes hold no secret in any word that is kept of them.
 *
 * Ids, digests and what a channel noted for itself stay as they are: they are compared, not read.
 */
import type { Channel } from "../platforms/channel.ts";
import type { Redact } from "../platforms/redact.ts";

/** Fields of outcomes that people read. */
const WORDS: ReadonlySet<string> = new Set(["detail", "text", "code", "note", "ends"]);

export function redactingChannel(channel: Channel, redact: Redact): Channel {
  return {
    ...channel,
    send: async (request, account, signal) => redacted(await channel.send(request, account, signal), redact),
    check: async (batch, account, signal) => redacted(await channel.check(batch, account, signal), redact),
  };
}

/** The same value, but for its words. */
export function redacted<T>(value: T, redact: Redact): T {
  return walk(value, null, redact) as T;
}

function walk(value: unknown, name: string | null, redact: Redact): unknown {
  if (typeof value === "string") return name !== null && WORDS.has(name) ? redact(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, name, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      IDS.has(field) ? inner : walk(inner, field, redact),
    ]),
  );
}

/** Keyed by names of the platform's, which may be called `code` as well. */
const IDS: ReadonlySet<string> = new Set(["receipt", "recipientReceipts"]);
