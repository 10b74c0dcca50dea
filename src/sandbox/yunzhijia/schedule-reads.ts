/**
 * teamWorks, queryByDay (doc 002) and detail (newer revision, only under the setting `scheduleDetail`). Deleted
 * schedules stay in the lists with workStatus 2. What queryByDay means by a day, and the order of teamWorks,
 * are not documented: settings of the same names choose.
 */
import { z } from "zod";
import { type Call, type Endpoint, jsonReply } from "../endpoint.ts";
import { shanghaiDay } from "../shanghai.ts";
import { ownCodes, plainRefusal, plainSuccess } from "./answers.ts";
import type { Schedule, ScheduleFields } from "./schedule-book.ts";
import { scheduleEndpoint } from "./schedule-endpoint.ts";

const pageSchema = z.object({ lastId: z.string().nullish(), size: z.number().int().min(1).max(1_000) });
const daySchema = z.object({ day: z.number().int() });
const detailSchema = z.object({ id: z.string().min(1) });

export const teamWorks = scheduleEndpoint({
  name: "schedule.teamWorks",
  kind: "read",
  schema: pageSchema,
  answer: (call, { body: { lastId, size }, eid }) => {
    const { schedules, settings } = call.state;
    const { teamWorksOrder: order, teamWorksMost } = settings;
    const most = Math.min(size, teamWorksMost ?? size);
    const rows = rowsOf(call, schedules.page(eid, { lastId: lastId || null, size: most, order }));
    return plainSuccess(rows, `listed ${rows.length}`);
  },
});

export const queryByDay = scheduleEndpoint({
  name: "schedule.queryByDay",
  kind: "read",
  schema: daySchema,
  answer: (call, { body: { day }, eid }) => {
    const { schedules, settings } = call.state;
    const find = {
      created: () => schedules.createdOn(eid, shanghaiDay(day)),
      occurring: () => schedules.takingPlaceOn(eid, shanghaiDay(day)),
      starting: () => schedules.startingOn(eid, shanghaiDay(day)),
    };
    const rows = rowsOf(call, find[settings.queryByDay]()).map((row) => ({
      ...row,
      title: null,
      url: null,
      workType: null,
    }));
    return plainSuccess(rows, `listed ${rows.length}`);
  },
});

const detail = scheduleEndpoint({
  name: "schedule.detail",
  kind: "read",
  schema: detailSchema,
  answer: (call, { body: { id }, eid }) => {
    const schedule = call.state.schedules.find(eid, id);
    const fields = schedule && call.state.schedules.visible(schedule);
    if (!schedule || !fields)
      return plainRefusal(ownCodes.noSuchSchedule, { error: `there is no schedule ${id}` });
    const participants = [
      { openid: schedule.openid, personName: nameOf(schedule.openid), workStatus: fields.workStatus },
      ...fields.actors.map((openid) => ({
        openid,
        personName: nameOf(openid),
        workStatus: fields.doneActors.includes(openid) ? 1 : 0,
      })),
    ];
    const { noticeTimes, repeat, repeatEndDate } = fields;
    const data = { ...rowOf(schedule, fields), noticeTimes, repeat, repeatEndDate, participants };
    return plainSuccess(data, `workStatus ${fields.workStatus}`);
  },
});

export const scheduleDetail: Endpoint = {
  ...detail,
  perform: (call) =>
    call.state.settings.scheduleDetail
      ? detail.perform(call)
      : jsonReply(
          { status: 404, error: "Not Found", path: call.request.path },
          { outcome: "no such endpoint", status: 404 },
        ),
};

function rowsOf(call: Call, found: Iterable<Schedule>): ReturnType<typeof rowOf>[] {
  return [...found].flatMap((schedule) => {
    const fields = call.state.schedules.visible(schedule);
    return fields ? [rowOf(schedule, fields)] : [];
  });
}

function rowOf(schedule: Schedule, fields: ScheduleFields): Record<string, unknown> {
  return {
    id: schedule.id,
    openid: schedule.openid,
    personName: nameOf(schedule.openid),
    type: fields.actors.length > 0 ? "cooperationWork" : "generalWork",
    channel: fields.channel,
    content: fields.content,
    startDate: fields.startDate,
    endDate: fields.endDate,
    createDate: schedule.createDate,
    doneTime: fields.doneTime,
    noticeTime: fields.noticeTime ?? fields.noticeTimes?.[0] ?? -1,
    workStatus: fields.workStatus,
    readStatus: 0,
    acceptStatus: 0,
    record: fields.submitExperience,
  };
}

function nameOf(openid: string): string {
  return `员工${openid.slice(-4)}`;
}
