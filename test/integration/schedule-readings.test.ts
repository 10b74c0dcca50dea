/**
 * The eight operations on schedules under every reading of document 002: whatever it means, each is proven,
 * none is sent twice, and what was lost is sent again.
 */
import { afterEach, describe, expect, it } from "vitest";
import { ALL, expectAllDone, oneOfEach } from "../support/schedules.ts";
import { startSystem, type Lookup, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

type Reading = Readonly<Record<string, unknown>>;
const CASES: readonly (readonly [Lookup, Reading])[] = [
  ["lists", { queryByDay: "starting" }],
  ["lists", { queryByDay: "starting", teamWorksOrder: "newest", bigIds: true }],
  ["auto", { queryByDay: "starting", teamWorksOrder: "newest", scheduleDetail: false }],
  ["lists", { successForm: "swapped", emptyData: "text", queryByDay: "occurring" }],
  ["auto", { successForm: "swapped", emptyData: "list", batchReach: "whole" }],
  ["lists", { bigIds: true, teamWorksOrder: "newest" }],
  ["auto", { bigIds: true, tokenRefusal: "200", refreshKillsOldToken: true }],
];

/** After these the platform has it, and its answer says something else, or nothing. */
const STORED = ["cut-after", "lying-proxy", "encoded"];
/** After these it has not. */
const LOST = ["cut-before", "not-stored"];

/** Each operation meets one of the faults, turned by `turn`. */
function faultsOf(faults: readonly string[], turn: number): { script: object[] } {
  const script = ALL.map((name, index) => ({
    fault: faults[(index + turn) % faults.length],
    endpoint: `schedule.${name}`,
  }));
  return { script };
}

describe.each(CASES.map(([lookup, reading], turn) => ({ lookup, reading, turn })))(
  "by $lookup, $reading",
  ({ lookup, reading, turn }) => {
    it.each([
      ["what the platform has is proven with one send", STORED, 1],
      ["what it has not is sent again, once", LOST, 2],
    ] as const)("%s", async (_, faults, sends) => {
      system = await startSystem({ lookup });
      await system.settings(reading);
      const inputs = await oneOfEach(system);
      await system.misbehave(faultsOf(faults, turn));

      const ended = await system.deliver(...inputs);

      expect(ended.map(({ state }) => [state.status, state.sends])).toEqual(
        ALL.map(() => ["confirmed", sends]),
      );
      await expectAllDone(system);
    });
  },
);
