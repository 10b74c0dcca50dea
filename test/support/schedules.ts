/**
 * Orders of all eight operations on schedules, and the expected state of the platform after them.
 */
import { expect } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { System } from "./system.ts";

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Friday, 2 January 2026, 10:00 in Shanghai. */
export const FRIDAY = Date.UTC(2026, 0, 2, 2);
export const ANN = "5a67e08d00b0e8dfe4aab4fa";

export function a(operation: string, payload: Record<string, unknown>, key?: string): EnqueueInput {
  const fields = { openid: ANN, ...payload };
  return { account: "yzj", operation: `schedule.${operation}`, payload: fields, ...(key && { key }) };
}

export function aMeeting(content: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { content, startDate: FRIDAY, endDate: FRIDAY + HOUR, noticeTime: 15, ...more };
}

export function aSeries(content: string): Record<string, unknown> {
  return aMeeting(content, { repeat: 2, repeatEndDate: FRIDAY + 2 * DAY + HOUR });
}

/** The platform's names for the operations, in the order of `oneOfEach`. */
export const ALL = [
  "create",
  "repeatWork",
  "modify",
  "delete",
  "finish",
  "unfinish",
  "batchModify",
  "batchDelete",
];

/** One order of each operation, each on an existing schedule of its own. */
export async function oneOfEach({ deliver }: System): Promise<EnqueueInput[]> {
  await deliver(
    ...["modify", "delete", "finish", "unfinish"].map((name) => a("create", aMeeting(name), name)),
    ...["batchModify", "batchDelete"].map((name) => a("repeat", aSeries(name), name)),
  );
  await deliver(a("finish", { of: "unfinish" }));
  return [
    a("create", aMeeting("create", { actors: ["bob"], topState: 1, submitExperience: true }), "create"),
    a("repeat", aSeries("repeat"), "repeat"),
    a("modify", { of: "modify", content: "modified", startDate: FRIDAY + HOUR, endDate: FRIDAY + 2 * HOUR }),
    a("delete", { of: "delete" }),
    a("finish", { of: "finish" }),
    a("unfinish", { of: "unfinish" }),
    a("batchModify", { of: "batchModify", content: "batchModified" }),
    a("batchDelete", { of: "batchDelete" }),
  ];
}

export async function expectAllDone({ stored }: System): Promise<void> {
  const statuses = async (content: string): Promise<number[]> =>
    (await stored(content)).map(({ workStatus }) => workStatus);
  expect(await stored("create")).toMatchObject([{ startDate: FRIDAY, actors: ["bob"], workStatus: 0 }]);
  expect((await stored("repeat")).map(({ startDate }) => (startDate - FRIDAY) / DAY)).toEqual([0, 1, 2]);
  expect(await stored("modified")).toMatchObject([{ startDate: FRIDAY + HOUR, workStatus: 0 }]);
  expect(await statuses("delete")).toEqual([2]);
  expect(await statuses("finish")).toEqual([1]);
  expect(await statuses("unfinish")).toEqual([0]);
  expect(await statuses("batchModified")).toEqual([0, 0, 0]);
  expect(await statuses("batchDelete")).toEqual([2, 2, 2]);
}
