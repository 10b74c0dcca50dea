/**
 * repeatWork, batchModify and batchDelete (doc 002): a parent, whose id comes
 * first in `workIds`, and its children, whose batchId is the parent's id.
 *
 * batchModify moves every occurrence by as much as the named one moves; it neither adds nor removes
 * occurrences, `repeat` is only stored (the document does not say what it does). Which occurrences a child's id
 * affects is the setting `batchReach`.
 */
import type { Call, Reply } from "../endpoint.ts";
import { unknownFields } from "../exact-numbers.ts";
import { ownCodes, plainRefusal, plainSuccess } from "./answers.ts";
import { mostOccurrences, occurrences } from "./occurrences.ts";
import { latest, type Schedule, type ScheduleFields } from "./schedule-book.ts";
import {
  asKept,
  claimSchedule,
  isBackwards,
  isStoring,
  refuseBackwards,
  scheduleEndpoint,
  visibleFrom,
} from "./schedule-endpoint.ts";
import {
  changedSeriesSchema,
  editOf,
  fieldsOf,
  namedSeriesSchema,
  repeatingScheduleSchema,
} from "./schedule-fields.ts";
import { removeAll } from "./schedule-writes.ts";

export const repeatSchedule = scheduleEndpoint({
  name: "schedule.repeatWork",
  kind: "write",
  schema: repeatingScheduleSchema,
  answer: (call, { body, eid }) => {
    if (isBackwards(body.startDate, body.endDate)) return refuseBackwards();
    const starts = occurrences(body.repeat, body);
    if (!starts)
      return plainRefusal(ownCodes.badSchedule, { error: `more than ${mostOccurrences} occurrences` });
    const { schedules } = call.state;
    const ids = starts.map(() => schedules.newId());
    const [parent] = ids;
    const others = unknownFields(call.request, { known: repeatingScheduleSchema.shape });
    for (const [index, start] of isStoring(call) ? starts.entries() : []) {
      const fields = {
        ...fieldsOf(body, others),
        repeatEndDate: body.repeatEndDate,
        startDate: start,
        endDate: body.endDate + start - body.startDate,
      };
      const batchId = index === 0 ? null : (parent ?? null);
      const id = ids[index] ?? "";
      schedules.store(
        { id, eid, openid: body.openid, batchId },
        { fields: asKept(call, fields), visibleAt: visibleFrom(call) },
      );
    }
    return plainSuccess({ workIds: ids }, isStoring(call) ? `stored ${ids.length}` : "stored 0");
  },
});

export const modifySeries = scheduleEndpoint({
  name: "schedule.batchModify",
  kind: "write",
  schema: changedSeriesSchema,
  answer: (call, { body, eid }) => {
    const { series, named, refusal } = claimSeries(call, { ...body, eid });
    if (!series) return refusal;
    const { startDate, endDate } = { ...latest(named), ...editOf(body, { before: latest(named) }) };
    if (isBackwards(startDate, endDate)) return refuseBackwards();
    if (!isStoring(call)) return plainSuccess(null, "stored 0");
    const moved = { start: startDate - latest(named).startDate, end: endDate - latest(named).endDate };
    const others = unknownFields(call.request, { known: changedSeriesSchema.shape });
    for (const schedule of series) {
      const edit: Partial<ScheduleFields> = {
        ...editOf(body, { before: latest(schedule), others }),
        startDate: latest(schedule).startDate + moved.start,
        endDate: latest(schedule).endDate + moved.end,
        ...(body.repeat !== undefined && { repeat: Number(body.repeat) }),
        ...(body.repeatEndDate !== undefined && { repeatEndDate: body.repeatEndDate }),
      };
      call.state.schedules.change(schedule, {
        kind: "modify",
        change: asKept(call, edit),
        visibleAt: visibleFrom(call),
      });
    }
    return plainSuccess(null, `modified ${series.length}`);
  },
});

export const deleteSeries = scheduleEndpoint({
  name: "schedule.batchDelete",
  kind: "write",
  schema: namedSeriesSchema,
  answer: (call, { body, eid }) => {
    const { series, refusal } = claimSeries(call, { ...body, eid });
    return series ? removeAll(call, series) : refusal;
  },
});

type SeriesName = {
  readonly eid: string;
  readonly id: string;
  readonly openid: string;
  readonly batchId?: string | undefined;
};
type SeriesClaim =
  | { readonly series: readonly Schedule[]; readonly named: Schedule; readonly refusal: null }
  | { readonly series: null; readonly named: null; readonly refusal: Reply };

/**
 * The occurrences that the call affects, without deleted ones. A child must be given with its batchId; a parent
 * has none.
 */
function claimSeries(call: Call, name: SeriesName): SeriesClaim {
  const { schedule, refusal } = claimSchedule(call, name);
  if (!schedule) return { series: null, named: null, refusal };
  const parentId = schedule.batchId ?? schedule.id;
  const givenParent = name.batchId || schedule.id;
  if (givenParent !== parentId) {
    const reason = plainRefusal(ownCodes.badSchedule, {
      error: `param error:'batchId' is not that of ${schedule.id}.`,
    });
    return { series: null, named: null, refusal: reason };
  }
  const { schedules, settings } = call.state;
  const series = schedules.series(name.eid, parentId);
  const all = settings.batchReach === "whole" ? series : series.slice(series.indexOf(schedule));
  return { series: all.filter((each) => latest(each).workStatus !== 2), named: schedule, refusal: null };
}
