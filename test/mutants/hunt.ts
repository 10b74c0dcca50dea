/**
 * Hunts mutants with the contract's scenarios: each must fall to one of them.
 */
import { AssertionError } from "node:assert";
import { play, type Scenario, type Suite } from "../contract/scenario/play.ts";
import { hostileScenarios } from "../contract/scenario/hostile.ts";
import { messageScenarios, messageSuite } from "../contract/scenario/messages.ts";
import { aSchedule, scheduleScenarios, scheduleSuite } from "../contract/scenario/schedules.ts";
import { aTask, taskScenarios, taskSuite } from "../contract/scenario/tasks.ts";
import { aCreate, todoScenarios, todoSuite } from "../contract/scenario/todos.ts";
import { readKills } from "./known-kills.ts";
import { messageMutants } from "./messages.ts";
import type { Mutant } from "./mutant.ts";
import { scheduleMutants } from "./schedules.ts";
import { taskMutants } from "./tasks.ts";
import { todoMutants } from "./todos.ts";

export interface Prey {
  readonly family: string;
  readonly mutant: Mutant;
  readonly suite: Suite;
  readonly scenarios: readonly Scenario[];
}

const families = [
  {
    family: "todo",
    mutants: todoMutants,
    suite: todoSuite,
    scenarios: [
      ...todoScenarios,
      ...hostileScenarios({
        order: aCreate(),
        create: "todo.create",
        read: "todo.check",
        harmless: "todo.check",
      }),
    ],
  },
  {
    family: "schedule",
    mutants: scheduleMutants,
    suite: scheduleSuite,
    scenarios: [
      ...scheduleScenarios,
      ...hostileScenarios({
        order: aSchedule(),
        create: "schedule.create",
        read: "schedule.detail",
        harmless: "schedule.teamWorks",
      }),
    ],
  },
  {
    family: "task",
    mutants: taskMutants,
    suite: taskSuite,
    scenarios: [
      ...taskScenarios,
      ...hostileScenarios({ order: aTask(), create: "task.create", read: null, harmless: null }),
    ],
  },
  { family: "message", mutants: messageMutants, suite: messageSuite, scenarios: messageScenarios },
] as const;

export const prey: readonly Prey[] = families.flatMap(({ mutants, ...rest }) =>
  mutants.map((mutant) => ({ ...rest, mutant })),
);

export interface Kill {
  readonly scenario: string;
  readonly why: string;
}

const kills = readKills();

/** A scenario that it does not survive; null if it survives all of them. */
export async function hunt({ family, mutant, suite, scenarios }: Prey): Promise<Kill | null> {
  const channel = mutant.make(suite.channel);
  const likeliest = kills[family]?.[mutant.name];
  const order = scenarios.toSorted((a, b) => Number(b.name === likeliest) - Number(a.name === likeliest));
  for (const scenario of order) {
    try {
      await play(scenario, suite, channel);
    } catch (error) {
      // A mutant may also fall over its own feet; a scenario that cannot be played is no kill.
      if (error instanceof AssertionError || error instanceof Error) {
        return { scenario: scenario.name, why: error.message };
      }
      throw error;
    }
  }
  return null;
}
