/**
 * Compares a schedule with what a modification asked for, field by field.
 */
import { changedFields, type ScheduleInput } from "./input.ts";
import { shownOf, type Shown } from "./memo.ts";
import { isNearText, isOnlyLoss } from "./near-text.ts";
import { entryOfPerson } from "./same-id.ts";
import { isNearMoment, isSameMoment, zoneShift } from "./same-moment.ts";
import { isSameText } from "./same-text.ts";
import type { ScheduleRow } from "./schedule-row.ts";

type Verdict =
  /** It shows what was asked for. */
  | "matching"
  /** Like what was asked, but characters or digits were lost: neither proof nor absence. */
  | "near"
  /** As it was before; also where it is not as asked and its former value is unknown. */
  | "before"
  /** Neither as before nor as asked: somebody else has changed it. */
  | "other"
  /** This answer does not show it. */
  | "hidden";

export type FieldComparison = Readonly<Record<Verdict, readonly string[]>>;

/** @param before what was shown before the send, as far as that is known */
export function compareFields(
  input: ScheduleInput,
  { row, before }: { readonly row: ScheduleRow; readonly before: Shown | null },
): FieldComparison {
  const shown = shownOf(row);
  const verdicts = changedFields(input).map((field) => ({
    field,
    verdict: refined(compareField(field, { input, row }), { before: before?.[field], shown: shown[field] }),
  }));
  const of = (wanted: Verdict): string[] =>
    verdicts.filter(({ verdict }) => verdict === wanted).map(({ field }) => field);
  return {
    matching: of("matching"),
    near: of("near"),
    before: of("before"),
    other: of("other"),
    hidden: of("hidden"),
  };
}

/**
 * Compares the other occurrences of a series. How the platform moves them is not documented, so dates are not
 * compared.
 *
 * @param before the former values of the occurrence that was named
 */
export function compareSibling(
  input: ScheduleInput,
  { row, before }: { readonly row: ScheduleRow; readonly before: Shown | null },
): FieldComparison {
  const { startDate: _start, endDate: _end, ...rest } = input;
  return compareFields(rest, { row, before });
}

/** `lossy`: near, and only characters or digits were lost. `shifted`: off by the hours of a time zone. */
type Plain = "matching" | "lossy" | "shifted" | "near" | "differing" | "hidden";

function refined(
  plain: Plain,
  { before, shown }: { readonly before: string | undefined; readonly shown: string | undefined },
): Verdict {
  if (plain === "matching" || plain === "hidden") return plain;
  if (before !== undefined && before === shown) return "before";
  if (plain === "lossy") return "near";
  // Where the former value is unknown, the value may still be that.
  if (plain === "shifted" && before !== undefined) return "near";
  if (before === undefined || shown === undefined) return plain === "near" ? "near" : "before";
  // It was changed since, in a way in which a platform does not alter what it stores.
  return "other";
}

function compareField(
  field: string,
  { input, row }: { readonly input: ScheduleInput; readonly row: ScheduleRow },
): Plain {
  switch (field) {
    case "content":
      return compareText(row.content, input.content ?? "");
    case "startDate":
      return compareMoment(row.startDate, input.startDate ?? 0);
    case "endDate":
      return compareMoment(row.endDate, input.endDate ?? 0);
    case "noticeTime":
      // Where the fields of both revisions are sent, it is not documented which one the lists show.
      if (input.noticeTimes !== undefined) return "hidden";
      return plain(row.noticeTime, row.noticeTime === input.noticeTime);
    case "noticeTimes":
      return plain(row.noticeTimes, sameNumbers(row.noticeTimes ?? [], input.noticeTimes ?? []));
    case "addActors":
      return plain(row.participants, input.addActors?.every((actor) => takesPart(row, actor)) ?? true);
    case "delActors":
      return plain(row.participants, !input.delActors?.some((actor) => takesPart(row, actor)));
    default:
      return "hidden";
  }
}

function compareText(shown: string | null, sent: string): Plain {
  if (shown === null) return "hidden";
  if (isSameText(shown, sent)) return "matching";
  if (!isNearText(shown, sent)) return "differing";
  return isOnlyLoss(shown, sent) ? "lossy" : "near";
}

function compareMoment(shown: number | null, sent: number): Plain {
  if (shown === null) return "hidden";
  if (isSameMoment(shown, sent)) return "matching";
  if (isNearMoment(shown, sent)) return "lossy";
  return zoneShift(shown, sent) === null ? "differing" : "shifted";
}

function plain(shown: unknown, isAsAsked: boolean): Plain {
  if (shown === null) return "hidden";
  return isAsAsked ? "matching" : "differing";
}

function sameNumbers(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((number) => right.includes(number));
}

function takesPart({ participants }: ScheduleRow, actor: string): boolean {
  return entryOfPerson(participants ?? [], actor) !== null;
}
