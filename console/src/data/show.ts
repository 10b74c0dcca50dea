/** Numbers and moments as people read them. */
import { language, words } from "../words/words.ts";

const locale = (): string => (language.value === "zh" ? "zh-CN" : "en-GB");

export function number(value: number): string {
  return value.toLocaleString(locale());
}

export function moment(iso: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  return at.toLocaleString(locale(), {
    ...(isToday ? {} : { month: "2-digit", day: "2-digit" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

export function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString(locale(), { hour12: false });
}

export function zone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const minutes = -new Date().getTimezoneOffset();
  const hours = `${minutes < 0 ? "-" : "+"}${Math.floor(Math.abs(minutes) / 60)}`;
  return `${timeZone} (UTC${hours}${minutes % 60 === 0 ? "" : `:${Math.abs(minutes % 60)}`})`;
}

/** `3 min`, `2 h`: the largest unit alone. */
export function span(ms: number): string {
  const { unit } = words.value.time;
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds} ${unit.s}`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} ${unit.m}`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} ${unit.h}`;
  return `${Math.round(seconds / 86_400)} ${unit.d}`;
}

export function relative(iso: string, now = Date.now()): string {
  const ms = Date.parse(iso) - now;
  if (Math.abs(ms) < 500) return words.value.time.justNow;
  const { ago, in: ahead } = words.value.time;
  return ms <= 0 ? ago(span(-ms)) : ahead(span(ms));
}

/** What would move, hide or reverse text: bidi marks, control characters, zero-width ones. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;

interface Piece {
  readonly text: string;
  readonly isMark: boolean;
}

export function pieces(text: string): Piece[] {
  return text
    .split(new RegExp(`(${INVISIBLE.source})`, "u"))
    .filter((text) => text !== "")
    .map((text) =>
      INVISIBLE.test(text)
        ? { text: codePoint(text), isMark: true }
        : { text: text.toWellFormed(), isMark: false },
    );
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The platform's own ids: `workId 42 · batchId 7`. */
export function pairs(record: Readonly<Record<string, string>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ");
}
