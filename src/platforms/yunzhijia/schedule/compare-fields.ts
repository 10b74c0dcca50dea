/**
 * Whether a schedule shows what a modification asked for, field by field.
 */
import { changedFields, type ScheduleInput } from "./input.ts";
import { shownOf, type Shown } from "./memo.ts";
import { isNearText, isOnlyLoss } from "./near-text.ts";
import { isNearMoment, isSameMoment, zoneShift } from "./same-moment.ts";
import { isSameText } from "./same-text.ts";
import type { ScheduleRow } from "./schedule-row.ts";

type Verdict =
  /** As asked. */
  | "matching"
  /** Like what was asked, but characters or digits were lost: neither proof nor absence. */
  | "near"
  /** As it was before; also where nobody knows how it was, and it is not as asked. */
  | "before"
  /** Neither as before nor as asked: somebody else's doing. */
  | "other"
  /** This answer does not show it. */
  | "hidden";

export type FieldComparison = Readonly<Record<Verdict, readonly string[]>>;

/** @param before what was shown before the send, as far as anybody looked */
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
 * The other occurrences of a series: how the platform moves them is not written, so dates are not compared.
 *
 * @param before of the occurrence that was named
 */
export function compareSibling(
  input: ScheduleInput,
  { row, before }: { readonly row: ScheduleRow; readonly before: Shown | null },
): FieldComparison {
  const { startDate: _start, endDate: _end, ...rest } = input;
  return compareFields(rest, { row, before });
}

/** `lossy`: near, and no more than characters or digits were lost. `shifted`: off by the hours of a time zone. */
type Plain = "matching" | "lossy" | "shifted" | "near" | "differing" | "hidden";

function refined(
  plain: Plain,
  { before, shown }: { readonly before: string | undefined; readonly shown: string | undefined },
): Verdict {
  if (plain === "matching" || plain === "hidden") return plain;
  if (before !== undefined && before === shown) return "before";
  if (plain === "lossy") return "near";
  // Where nobody knows how it was, it may as well be as before.
  if (plain === "shifted" && before !== undefined) return "near";
  if (before === undefined || shown === undefined) return plain === "near" ? "near" : "before";
  // It was changed since, and not as a platform changes what it stores.
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
      // Where both revisions' fields are sent, nobody says which of them the lists show.
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
  return participants?.some(({ openid }) => openid === actor) ?? false;
}
