/**
 * How the sandbox misbehaves in the demo, by level. `lateMs` is before the demo's time scale.
 */
import type { FaultLevel } from "./arguments.ts";

const DEFAULT_RATES = {
  "cut-after": 0.1,
  "error-after": 0.05,
  "not-stored": 0.05,
  late: 0.1,
  "token-expired": 0.01,
  unavailable: 0.02,
  "check-throttled": 0.02,
};

const HARSH_RATES = {
  ...DEFAULT_RATES,
  "cut-after": 0.1,
  "error-after": 0.06,
  "not-stored": 0.08,
  "cut-before": 0.03,
  "error-before": 0.03,
  refuse: 0.03,
  "broken-json": 0.02,
  "check-throttled": 0.03,
};

/**
 * The calls that fail at random. Hainan's task.create is not among them: nobody outside that platform can
 * notice a task that was answered with success but never stored. It gets the single faults below.
 */
const BY_CHANCE = [
  "todo.create",
  "todo.check",
  "schedule.create",
  "schedule.modify",
  "schedule.finish",
  "schedule.delete",
  "schedule.queryByDay",
  "schedule.teamWorks",
  "schedule.detail",
  "message.unread",
  "message.read",
  "message.waitHandle",
];

const AT_HAINAN = ["cut-after", "error-after", "cut-before", "error-before", "unavailable", "broken-json"];

export function misbehaviour(level: FaultLevel): unknown {
  switch (level) {
    case "none":
      return { clear: true };
    case "default":
      return plan(DEFAULT_RATES, { lateMs: 30_000, timesAtHainan: 2 });
    case "harsh":
      return plan(HARSH_RATES, { lateMs: 40_000, timesAtHainan: 4 });
  }
}

function plan(
  rates: Readonly<Record<string, number>>,
  { lateMs, timesAtHainan }: { readonly lateMs: number; readonly timesAtHainan: number },
): unknown {
  return {
    random: { rates, endpoints: BY_CHANCE, parameters: { lateMs } },
    script: AT_HAINAN.map((fault) => ({ fault, endpoint: "task.create", times: timesAtHainan })),
  };
}
