/**
 * Whether a schedule shows what a modification asked for, and what of it the platform shows nobody.
 */
import { changedFields, type ScheduleInput } from "./input.ts";
import type { ScheduleRow } from "./row.ts";

export interface ShownChange {
  /** Fields that are shown, and are not as asked. */
  readonly differing: readonly string[];
  /** Fields that are shown, and are as asked. */
  readonly matching: readonly string[];
  /** Fields that this answer does not show. */
  readonly hidden: readonly string[];
}

type Verdict = "matching" | "differing" | "hidden";

export function compareChange(input: ScheduleInput, row: ScheduleRow): ShownChange {
  const verdicts = changedFields(input).map((field) => ({
    field,
    verdict: compareField(field, input, row),
  }));
  const of = (wanted: Verdict): string[] =>
    verdicts.filter(({ verdict }) => verdict === wanted).map(({ field }) => field);
  return { differing: of("differing"), matching: of("matching"), hidden: of("hidden") };
}

/** The other occurrences of a series: how the platform moves them is not written, so dates are not compared. */
export function compareSibling(input: ScheduleInput, row: ScheduleRow): ShownChange {
  const { startDate: _start, endDate: _end, ...rest } = input;
  return compareChange(rest, row);
}

function compareField(field: string, input: ScheduleInput, row: ScheduleRow): Verdict {
  switch (field) {
    case "content":
      return verdict(row.content, row.content?.trim() === input.content?.trim());
    case "startDate":
      return verdict(row.startDate, row.startDate === input.startDate);
    case "endDate":
      return verdict(row.endDate, row.endDate === input.endDate);
    case "noticeTime":
      // Where both revisions' fields are sent, nobody says which of them the lists show.
      if (input.noticeTimes !== undefined) return "hidden";
      return verdict(row.noticeTime, row.noticeTime === input.noticeTime);
    case "noticeTimes":
      return verdict(row.noticeTimes, sameNumbers(row.noticeTimes ?? [], input.noticeTimes ?? []));
    case "addActors":
      return verdict(row.participants, input.addActors?.every((actor) => takesPart(row, actor)) ?? true);
    case "delActors":
      return verdict(row.participants, !input.delActors?.some((actor) => takesPart(row, actor)));
    default:
      return "hidden";
  }
}

function verdict(shown: unknown, isAsAsked: boolean): Verdict {
  if (shown === null) return "hidden";
  return isAsAsked ? "matching" : "differing";
}

function sameNumbers(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((number) => right.includes(number));
}

function takesPart({ participants }: ScheduleRow, actor: string): boolean {
  return participants?.some(({ openid }) => openid === actor) ?? false;
}
