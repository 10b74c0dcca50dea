/**
 * What the create of a schedule has sent, as far as this account knows it. For a trimmed delivery, what was
 * kept of it.
 */
import type { OtherDelivery } from "../../account-access.ts";
import type { ScheduleInput } from "./input.ts";

interface FirstSent {
  readonly content: string | null;
  readonly startDate: number | null;
}

/** Separates the text from the start in what is kept. */
const SEPARATOR = "\u001f";

export function remainsOf({ content = "", startDate }: ScheduleInput): string {
  return startDate === undefined ? content : `${content}${SEPARATOR}${startDate}`;
}

export function firstSentBy({ remains, payload }: Pick<OtherDelivery, "remains" | "payload">): FirstSent {
  return remains == null ? sentIn(payload) : keptIn(remains);
}

/** An earlier version kept only the text. */
function keptIn(remains: string): FirstSent {
  const at = remains.lastIndexOf(SEPARATOR);
  const startDate = at === -1 ? NaN : Number(remains.slice(at + 1));
  return Number.isSafeInteger(startDate)
    ? { content: remains.slice(0, at), startDate }
    : { content: remains, startDate: null };
}

function sentIn(payload: unknown): FirstSent {
  if (typeof payload !== "object" || payload === null) return { content: null, startDate: null };
  const { content, startDate } = payload as { readonly content?: unknown; readonly startDate?: unknown };
  const start = Number(typeof startDate === "object" ? NaN : startDate);
  return {
    content: typeof content === "string" ? content : null,
    startDate: Number.isSafeInteger(start) ? start : null,
  };
}
