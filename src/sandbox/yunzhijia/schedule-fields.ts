/**
 * The fields of a schedule as doc 002 types them, with the newer revision's
 * `noticeTimes`, `repeat` and `channel` (docs/platforms/yunzhijia.md, "Schedules").
 *
 * The document marks no field as required. The sandbox requires creator, content, start and end for a create,
 * and id and creator for every other call.
 */
import { z } from "zod";
import type { ScheduleFields } from "./schedule-book.ts";

const text = z.string().min(1);
const openIds = z.array(text);
const long = z.number().int();
const notice = z.union([z.literal(-1), z.literal(0), z.literal(15), z.literal(60)]);
const repeat = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);

const optionalFields = {
  noticeTime: notice.optional(),
  noticeTimes: z.array(long).optional(),
  topState: z.union([z.literal(0), z.literal(1)]).optional(),
  submitExperience: z.boolean().optional(),
  channel: z.string().optional(),
};

const identity = { id: text, openid: text };

export const newScheduleSchema = z.object({
  openid: text,
  content: text,
  startDate: long,
  endDate: long,
  actors: openIds.optional(),
  repeat: repeat.optional(),
  ...optionalFields,
});

export const repeatingScheduleSchema = newScheduleSchema.extend({ repeat, repeatEndDate: long });

export const changedScheduleSchema = z.object({
  ...identity,
  content: text.optional(),
  startDate: long.optional(),
  endDate: long.optional(),
  addActors: openIds.optional(),
  delActors: openIds.optional(),
  ...optionalFields,
});

export const changedSeriesSchema = changedScheduleSchema.extend({
  actors: openIds.optional(),
  /** The document's own example sends it as text. */
  repeat: z.union([repeat, z.string().regex(/^[0-5]$/)]).optional(),
  repeatEndDate: long.optional(),
  batchId: z.string().optional(),
});

export const namedScheduleSchema = z.object(identity);
export const namedSeriesSchema = z.object({ ...identity, batchId: z.string().optional() });
export const namedSchedulesSchema = z.object({ ids: openIds.min(1), openid: text });

type NewSchedule = z.infer<typeof newScheduleSchema>;
type ScheduleEdit = z.infer<typeof changedScheduleSchema> & { readonly actors?: string[] | undefined };

export function fieldsOf(body: NewSchedule, others: ScheduleFields["others"]): ScheduleFields {
  return {
    content: body.content,
    sentContent: body.content,
    startDate: body.startDate,
    endDate: body.endDate,
    noticeTime: body.noticeTime ?? null,
    noticeTimes: body.noticeTimes ?? null,
    topState: body.topState ?? null,
    actors: body.actors ?? [],
    submitExperience: body.submitExperience ?? false,
    channel: body.channel ?? null,
    repeat: body.repeat ?? null,
    repeatEndDate: null,
    workStatus: 0,
    doneTime: null,
    doneActors: [],
    others,
  };
}

/** Only given fields change. */
export function editOf(
  body: ScheduleEdit,
  { before, others = {} }: { readonly before: ScheduleFields; readonly others?: ScheduleFields["others"] },
): Partial<ScheduleFields> {
  const { content, startDate, endDate, noticeTime, noticeTimes, topState, submitExperience, channel } = body;
  return {
    ...(content !== undefined && { content, sentContent: content }),
    ...(startDate !== undefined && { startDate }),
    ...(endDate !== undefined && { endDate }),
    ...(noticeTime !== undefined && { noticeTime }),
    ...(noticeTimes !== undefined && { noticeTimes }),
    ...(topState !== undefined && { topState }),
    ...(submitExperience !== undefined && { submitExperience }),
    ...(channel !== undefined && { channel }),
    actors: actorsAfter(body, before.actors),
    others: { ...before.others, ...others },
  };
}

function actorsAfter(
  { actors, addActors = [], delActors = [] }: ScheduleEdit,
  before: readonly string[],
): readonly string[] {
  const kept = (actors ?? before).filter((openId) => !delActors.includes(openId));
  return [...new Set([...kept, ...addActors])];
}
