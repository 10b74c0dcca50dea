/**
 * What the contract says about schedules: the fields as document 002 describes them, and an example of each
 * operation.
 */
import type { About } from "../../channel.ts";
import type { ScheduleOperation } from "./operations.ts";

const who = { openid: "The openId of the schedule's creator." };

const named = {
  ...who,
  id: "The schedule's id, a workId of the platform.",
  of: "Instead of id: the key of the delivery that creates the schedule. Bida's own; never sent.",
};

const what = {
  content: "Its subject.",
  startDate: "When it begins: milliseconds since 1970.",
  endDate: "When it ends: milliseconds since 1970, not before startDate.",
};

const details = {
  noticeTime: "Reminder: -1 none, 0 at the start, 15 minutes before it, or 60.",
  noticeTimes: "Instead of noticeTime, several. A newer option of the platform.",
  topState: "1 important, 0 not.",
  submitExperience: "Whether minutes must be handed in.",
  channel: "Its origin; free text that the lists return. A newer option of the platform.",
};

const changes = {
  addActors: "openIds of participants to add.",
  delActors: "openIds of participants to remove.",
};

const series = {
  repeat: "0 once, 1 every workday, 2 every day, 3 every week, 4 every two weeks, 5 every month.",
  repeatEndDate: "The last day of the series: milliseconds since 1970.",
};

const batch = { batchId: "The series: the id of its first schedule. Not needed if id is that one." };
const actors = { actors: "openIds of the participants." };

const creates = { ...who, ...what, ...actors, ...details };
const about = ({
  summary,
  call,
  fields,
  example,
}: {
  readonly summary: string;
  readonly call: string;
  readonly fields: About["fields"];
  readonly example: Readonly<Record<string, unknown>>;
}): About => ({ summary, source: `document 002 (${call})`, fields, example });

const openid = "5a67e08d00b0e8dfe4aab4fa";
const of = "crm-visit-2026-000001";
const meeting = {
  openid,
  content: "周例会:与成建蒋确认智慧园区进度(000001)",
  startDate: 1_796_000_400_000,
  endDate: 1_796_004_000_000,
  noticeTime: 15,
  topState: 0,
  actors: [],
  submitExperience: false,
};

export const ABOUT: Readonly<Record<ScheduleOperation, About>> = {
  "schedule.create": about({
    summary: "Creates a schedule for its participants",
    call: "create",
    fields: { ...creates, ...series },
    example: meeting,
  }),
  "schedule.repeat": about({
    summary: "Creates a series of schedules",
    call: "repeatWork",
    fields: { ...creates, ...series },
    example: { ...meeting, repeat: 3, repeatEndDate: 1_798_678_800_000 },
  }),
  "schedule.modify": about({
    summary: "Changes one schedule",
    call: "modify",
    fields: { ...named, ...what, ...changes, ...details },
    example: { of, openid, content: "周例会改期", startDate: 1_796_086_800_000, endDate: 1_796_090_400_000 },
  }),
  "schedule.finish": about({
    summary: "Marks a schedule as done for one person",
    call: "finish",
    fields: named,
    example: { of, openid },
  }),
  "schedule.unfinish": about({
    summary: "Marks a schedule as not done for one person",
    call: "unfinish",
    fields: named,
    example: {
      of,
      openid,
    },
  }),
  "schedule.batchModify": about({
    summary: "Changes a schedule of a series and those after it",
    call: "batchModify",
    fields: { ...named, ...what, ...actors, ...changes, ...details, ...series, ...batch },
    example: { of: "crm-series-2026-000001", openid, content: "周例会改到三楼" },
  }),
  "schedule.batchDelete": about({
    summary: "Deletes a schedule of a series and those after it",
    call: "batchDelete",
    fields: { ...named, ...batch },
    example: { of: "crm-series-2026-000001", openid },
  }),
  "schedule.delete": about({
    summary: "Deletes schedules; only their creator may",
    call: "delete",
    fields: {
      ...who,
      ids: "The schedules' ids, workIds of the platform.",
      of: named.of.replace("id:", "ids:"),
    },
    example: { of, openid },
  }),
};
