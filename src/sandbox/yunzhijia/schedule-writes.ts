/**
 * create, modify, delete, finish and unfinish (doc 002). There is no
 * idempotency key: the same create twice is two schedules.
 *
 * Only the creator modifies and deletes; finish and unfinish by an actor change only that actor's status.
 */
import type { Call, Reply } from "../endpoint.ts";
import { unknownFields } from "../exact-numbers.ts";
import { plainSuccess } from "./answers.ts";
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
  changedScheduleSchema,
  editOf,
  fieldsOf,
  namedScheduleSchema,
  namedSchedulesSchema,
  newScheduleSchema,
} from "./schedule-fields.ts";

export const createSchedule = scheduleEndpoint({
  name: "schedule.create",
  kind: "write",
  schema: newScheduleSchema,
  answer: (call, { body, eid }) => {
    if (isBackwards(body.startDate, body.endDate)) return refuseBackwards();
    const { schedules } = call.state;
    const id = schedules.newId();
    if (isStoring(call)) {
      const fields = asKept(
        call,
        fieldsOf(body, unknownFields(call.request, { known: newScheduleSchema.shape })),
      );
      schedules.store(
        { id, eid, openid: body.openid, batchId: null },
        { fields, visibleAt: visibleFrom(call) },
      );
    }
    return plainSuccess({ workId: id }, isStoring(call) ? `stored ${id}` : "stored 0");
  },
});

export const modifySchedule = scheduleEndpoint({
  name: "schedule.modify",
  kind: "write",
  schema: changedScheduleSchema,
  answer: (call, { body, eid }) => {
    const { schedule, refusal } = claimSchedule(call, { eid, id: body.id, openid: body.openid });
    if (!schedule) return refusal;
    const others = unknownFields(call.request, { known: changedScheduleSchema.shape });
    const edit = editOf(body, { before: latest(schedule), others });
    const { startDate, endDate } = { ...latest(schedule), ...edit };
    if (isBackwards(startDate, endDate)) return refuseBackwards();
    const kept = asKept(call, edit);
    if (isStoring(call))
      call.state.schedules.change(schedule, { kind: "modify", change: kept, visibleAt: visibleFrom(call) });
    return plainSuccess(null, isStoring(call) ? "modified" : "stored 0");
  },
});

export const deleteSchedules = scheduleEndpoint({
  name: "schedule.delete",
  kind: "write",
  schema: namedSchedulesSchema,
  answer: (call, { body: { ids, openid }, eid }) => {
    const claims = ids.map((id) => claimSchedule(call, { eid, id, openid }));
    const refused = claims.find(({ refusal }) => refusal !== null);
    if (refused?.refusal) return refused.refusal;
    return removeAll(
      call,
      claims.flatMap(({ schedule }) => schedule ?? []),
    );
  },
});

export const finishSchedule = scheduleEndpoint({
  name: "schedule.finish",
  kind: "write",
  schema: namedScheduleSchema,
  answer: (call, { body, eid }) => setDone(call, { wanted: { ...body, eid }, done: true }),
});

export const unfinishSchedule = scheduleEndpoint({
  name: "schedule.unfinish",
  kind: "write",
  schema: namedScheduleSchema,
  answer: (call, { body, eid }) => setDone(call, { wanted: { ...body, eid }, done: false }),
});

export function removeAll(call: Call, schedules: readonly Schedule[]): Reply {
  if (!isStoring(call)) return plainSuccess(null, "stored 0");
  for (const schedule of schedules) {
    call.state.schedules.change(schedule, {
      kind: "delete",
      change: { workStatus: 2 },
      visibleAt: visibleFrom(call),
    });
  }
  return plainSuccess(null, `deleted ${schedules.length}`);
}

function setDone(
  call: Call,
  { wanted, done }: { readonly wanted: { eid: string; id: string; openid: string }; readonly done: boolean },
): Reply {
  const { schedule, refusal } = claimSchedule(call, { ...wanted, actorsToo: true });
  if (!schedule) return refusal;
  if (!isStoring(call)) return plainSuccess(null, "stored 0");
  const change =
    schedule.openid === wanted.openid
      ? creatorsPart(call, { schedule, done })
      : actorsPart(schedule, { openid: wanted.openid, done });
  call.state.schedules.change(schedule, {
    kind: done ? "finish" : "unfinish",
    change,
    visibleAt: visibleFrom(call),
  });
  return plainSuccess(null, change === null ? "nothing to change" : "changed");
}

function creatorsPart(
  call: Call,
  { schedule, done }: { readonly schedule: Schedule; readonly done: boolean },
): Partial<ScheduleFields> | null {
  if ((latest(schedule).workStatus === 1) === done) return null;
  return done ? { workStatus: 1, doneTime: call.state.clock.now() } : { workStatus: 0, doneTime: null };
}

function actorsPart(
  schedule: Schedule,
  { openid, done }: { readonly openid: string; readonly done: boolean },
): Partial<ScheduleFields> | null {
  const { doneActors } = latest(schedule);
  if (doneActors.includes(openid) === done) return null;
  return { doneActors: done ? [...doneActors, openid] : doneActors.filter((actor) => actor !== openid) };
}
