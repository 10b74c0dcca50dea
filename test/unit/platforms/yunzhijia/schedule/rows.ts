/**
 * Builders: rows of the lists, and the checks that look for them.
 */
import type { CheckRequest } from "../../../../../src/platforms/channel.ts";
import type { ScheduleInput } from "../../../../../src/platforms/yunzhijia/schedule/input.ts";
import type { SeenRow } from "../../../../../src/platforms/yunzhijia/schedule/lists.ts";
import type { ScheduleRow } from "../../../../../src/platforms/yunzhijia/schedule/schedule-row.ts";
import type { LedgerEntry } from "../../../../../src/delivery/ledger.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";

export const HOUR = 3_600_000;
export const START = NOW + 24 * HOUR;

export function aRow(change: Partial<ScheduleRow> = {}): ScheduleRow {
  return {
    id: "w1",
    openid: "ann",
    content: "review",
    startDate: START,
    endDate: START + HOUR,
    createDate: NOW,
    doneTime: null,
    noticeTime: 15,
    workStatus: 0,
    noticeTimes: null,
    participants: null,
    ...change,
  };
}

export function seen(change: Partial<ScheduleRow> = {}): SeenRow {
  return { row: aRow(change), evidence: { kind: "list", at: NOW, digest: "abc" } };
}

export function anInput(change: Partial<ScheduleInput> = {}): ScheduleInput {
  return { openid: "ann", content: "review", startDate: START, endDate: START + HOUR, ...change };
}

export function aCheck(
  change: Partial<CheckRequest<ScheduleInput>> = {},
  entry: Partial<LedgerEntry> = {},
): CheckRequest<ScheduleInput> {
  const ledger = [anEntry({ id: "*", status: "unknown", sends: 1, sentAt: NOW, ...entry })];
  return {
    deliveryId: "d1",
    operation: "schedule.create",
    input: anInput(),
    key: null,
    outstanding: ledger,
    recipients: ledger,
    receipt: null,
    reference: null,
    createdAt: NOW,
    now: NOW,
    ...change,
  };
}
