/**
 * Whether the schedule that the answer to a create has named cannot be the one that was sent. A gateway may mix up
 * answers, or give an old one again: then success and an id prove nothing.
 *
 * A schedule that a person has edited since is still ours. So it is a stranger only if it was there before the send, or
 * has another creator, and neither its text nor its start is like what was sent.
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
  return (wasThere(row, sentFrom) || isOfAnother(row, input)) && isUnlike(row, input);
}

function wasThere(row: ScheduleRow, sentFrom: number | null): boolean {
  const at = createdAt(row);
  return at !== null && sentFrom !== null && at < sentFrom - CLOCKS_APART_MS;
}

function isOfAnother({ openid }: ScheduleRow, input: ScheduleInput): boolean {
  return openid !== null && !isSameId(openid, input.openid);
}

function isUnlike({ content, startDate }: ScheduleRow, input: ScheduleInput): boolean {
  if (content === null || startDate === null || input.startDate === undefined) return false;
  const isLikeStart =
    isNearMoment(startDate, input.startDate) || zoneShift(startDate, input.startDate) !== null;
  return !isLikeStart && !isNearText(content, input.content ?? "");
}
