/**
 * Times and durations, as people type and read them.
 */
import { localMoment } from "../../language/local-moment.ts";
import { UsageError } from "./exit-status.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `2h`, `7d`; a number alone is seconds. Null for anything else. */
export function durationMs(text: string): number | null {
  const [, amount, unit = "s"] = /^(\d{1,9}(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * (UNITS[unit] ?? 1_000));
}

interface Asked {
  /** The flag, for error messages. */
  readonly flag: string;
  readonly now: number;
}

/** Parses a time before now (`2h`), or a date: ISO 8601, in local time if it has no zone. Returns ms since 1970. */
export function past(text: string, { flag, now }: Asked): number {
  const ago = durationMs(text);
  return ago === null ? dateOf(flag, text) : now - ago;
}

/** Parses a time after now (`2h`), or a date. Returns ms since 1970. */
export function future(text: string, { flag, now }: Asked): number {
  const ahead = durationMs(text.replace(/^\+/, ""));
  return ahead === null ? dateOf(flag, text) : now + ahead;
}

function dateOf(flag: string, text: string): number {
  // JavaScript would read a date without a time as UTC; here it means local time.
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(at))
    throw new UsageError(
      `${flag}: expected a duration like 30s, 15m or 2h, or a date like 2026-03-01T08:30:00`,
    );
  return at;
}

/** A duration in its two largest units: `3m`, `2h 5m`, `4d 1h`. */
export function spoken(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  return hours % 24 === 0 ? `${hours / 24}d` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A time in local time with its zone: `2026-03-01 08:30:00+08:00`. */
export function localTime(iso: string | null): string | null {
  return iso === null ? null : localMoment(Date.parse(iso));
}
