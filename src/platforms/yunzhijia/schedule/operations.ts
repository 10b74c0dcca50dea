/**
 * The eight operations on schedules, and which schedules each of them names.
 */
import type { Receipt } from "../../../delivery/record.ts";
import type { HarmlessCall } from "../gateway.ts";
import type { ScheduleInput } from "./input.ts";

export const NEWWORK = "/gateway/cloudwork/newwork";

/** A call that changes nothing, needs no schedule and has a short answer: one row of the team's list. */
export const ONE_OF_THE_TEAM: HarmlessCall = {
  path: `${NEWWORK}/teamWorks`,
  json: { lastId: "", size: 1 },
};

/** What the platform calls each of them: the last part of its path (document 002). */
export const ENDPOINTS = {
  "schedule.create": "create",
  "schedule.modify": "modify",
  "schedule.delete": "delete",
  "schedule.finish": "finish",
  "schedule.unfinish": "unfinish",
  "schedule.repeat": "repeatWork",
  "schedule.batchModify": "batchModify",
  "schedule.batchDelete": "batchDelete",
} as const;

export type ScheduleOperation = keyof typeof ENDPOINTS;

export function scheduleOperation(name: string): ScheduleOperation {
  if (Object.hasOwn(ENDPOINTS, name)) return name as ScheduleOperation;
  throw new TypeError(`${name} is not an operation of this channel`);
}

/** The ids that a payload names, with `of` resolved; null where `of` led to no workId. */
export function namedIds(input: ScheduleInput, reference: Receipt | null): readonly string[] | null {
  if (input.of !== undefined) {
    const workId = reference?.workId;
    return workId === undefined ? null : [workId];
  }
  return input.ids ?? (input.id === undefined ? [] : [input.id]);
}

/** The receipt of a series: the id of its parent, and all its ids, the parent first. */
export function seriesReceipt(workIds: readonly string[]): Receipt {
  return { workId: workIds[0] ?? "", workIds: workIds.join(",") };
}

export function workIdsOf(receipt: Receipt | null): readonly string[] {
  if (receipt === null) return [];
  return receipt.workIds?.split(",") ?? (receipt.workId === undefined ? [] : [receipt.workId]);
}
