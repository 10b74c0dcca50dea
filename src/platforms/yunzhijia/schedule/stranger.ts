/**
 * Whether the schedule that the answer to a create has named cannot be the one that was sent. A gateway may mix up
 * answers, or give an old one again: then success and an id prove nothing.
 *
 * A schedule that a person has edited since is still ours. So it is a stranger only if it was there before the send, and
 * neither its text nor its start is like what was sent; or if it has another creator and another text: many meetings
 * start at the same time.
 */
import type { ScheduleInput } from "./input.ts";
import { CLOCKS_APART_MS } from "./lost-create-match.ts";
import { isNearText } from "./near-text.ts";
import { isSameId } from "./same-id.ts";
import { isNearMoment, zoneShift } from "./same-moment.ts";
import { createdAt, type ScheduleRow } from "./schedule-row.ts";

/** @param sentFrom when the first send began; null where that is unknown */
export function isStranger(
  row: ScheduleRow,
  { input, sentFrom }: { readonly input: ScheduleInput; readonly sentFrom: number | null },
): boolean {
  if (!hasOtherText(row, input)) return false;
  return isOfAnother(row, input) || (wasThere(row, sentFrom) && hasOtherStart(row, input));
}

function wasThere(row: ScheduleRow, sentFrom: number | null): boolean {
  const at = createdAt(row);
  return at !== null && sentFrom !== null && at < sentFrom - CLOCKS_APART_MS;
}

function isOfAnother({ openid }: ScheduleRow, input: ScheduleInput): boolean {
  return openid !== null && !isSameId(openid, input.openid);
}

function hasOtherText({ content }: ScheduleRow, input: ScheduleInput): boolean {
  return content !== null && !isNearText(content, input.content ?? "");
}

function hasOtherStart({ startDate }: ScheduleRow, input: ScheduleInput): boolean {
  if (startDate === null || input.startDate === undefined) return false;
  return !isNearMoment(startDate, input.startDate) && zoneShift(startDate, input.startDate) === null;
}
