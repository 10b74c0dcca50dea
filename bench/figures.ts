/**
 * The measured figures, their goals, and the medians that are compared with the goals.
 */
import type { ContenderName } from "./contender.ts";

type Measure =
  | "deliveriesPerSecond"
  | "acceptedPerSecond"
  | "bytesWaiting"
  | "idleRedisPercent"
  | "workerMicros"
  | "redisMicros"
  | "bothMicros"
  | "redisCommands"
  | "redisBytes";

export type Figures = Record<Measure, number[]>;

interface Goal {
  /** What the goal applies to: Bida's ratio to the baseline, its ratio to the floor, or its own figure. */
  readonly of: "ratio" | "floor" | "bida";
  readonly is: "atLeast" | "atMost";
  readonly value: number;
}

interface MeasureSpec {
  readonly title: string;
  readonly digits: number;
  readonly goals: readonly Goal[];
}

const MEASURES: Readonly<Record<Measure, MeasureSpec>> = {
  deliveriesPerSecond: {
    title: "deliveries/s",
    digits: 0,
    goals: [
      { of: "ratio", is: "atLeast", value: 1.3 },
      { of: "floor", is: "atLeast", value: 0.65 },
    ],
  },
  acceptedPerSecond: {
    title: "accepted/s, batches of 500",
    digits: 0,
    goals: [{ of: "ratio", is: "atLeast", value: 1.3 }],
  },
  workerMicros: { title: "worker CPU per delivery, µs", digits: 0, goals: [] },
  redisMicros: { title: "Redis CPU per delivery, µs", digits: 0, goals: [] },
  bothMicros: {
    title: "both CPUs per delivery, µs",
    digits: 0,
    goals: [{ of: "ratio", is: "atMost", value: 0.75 }],
  },
  redisCommands: { title: "Redis commands per delivery", digits: 1, goals: [] },
  redisBytes: { title: "Redis traffic per delivery, bytes", digits: 0, goals: [] },
  bytesWaiting: { title: "bytes per waiting delivery", digits: 0, goals: [] },
  idleRedisPercent: {
    title: "Redis CPU while waiting, % of a core",
    digits: 2,
    goals: [{ of: "bida", is: "atMost", value: 3 }],
  },
};

export interface Line {
  readonly measure: Measure;
  readonly title: string;
  readonly digits: number;
  readonly medians: Partial<Record<ContenderName, number>>;
  readonly rounds: Partial<Record<ContenderName, readonly number[]>>;
  /** Bida's median divided by the baseline's. */
  readonly ratio: number | null;
  /** Bida's median divided by the floor's. */
  readonly toFloor: number | null;
  readonly goals: readonly Goal[];
  /** Null if there is no goal, or a side that it needs was not measured. */
  readonly reached: boolean | null;
}

export type Sides = ReadonlyMap<ContenderName, Figures>;

export function noFigures(): Figures {
  return {
    deliveriesPerSecond: [],
    acceptedPerSecond: [],
    bytesWaiting: [],
    idleRedisPercent: [],
    workerMicros: [],
    redisMicros: [],
    bothMicros: [],
    redisCommands: [],
    redisBytes: [],
  };
}

export function compare(sides: Sides): Line[] {
  return (Object.keys(MEASURES) as Measure[]).map((measure) => lineOf(measure, sides));
}

function lineOf(measure: Measure, sides: Sides): Line {
  const rounds: Partial<Record<ContenderName, readonly number[]>> = {};
  const medians: Partial<Record<ContenderName, number>> = {};
  for (const [name, figures] of sides) {
    rounds[name] = figures[measure];
    const middle = median(figures[measure]);
    if (middle !== null) medians[name] = middle;
  }
  const { bida, baseline, floor } = medians;
  const against = (other: number | undefined): number | null =>
    bida === undefined || other === undefined ? null : bida / other;
  const [ratio, toFloor] = [against(baseline), against(floor)];
  const { title, digits, goals } = MEASURES[measure];
  const measured = { ratio, floor: toFloor, bida: bida ?? null };
  const verdicts = goals.map((goal) => isReached(goal, measured[goal.of]));
  const reached = verdicts.length === 0 || verdicts.includes(null) ? null : !verdicts.includes(false);
  return { measure, title, digits, medians, rounds, ratio, toFloor, goals, reached };
}

/** A figure's goal, and whether it was reached, in words. */
export function goalOf(
  measured: number,
  { is, value }: { readonly is: Goal["is"]; readonly value: number },
): string {
  const words = is === "atLeast" ? "at least" : "at most";
  return `goal: ${words} ${value}, ${isReached({ is, value }, measured) === true ? "reached" : "MISSED"}`;
}

function isReached({ is, value }: Pick<Goal, "is" | "value">, measured: number | null): boolean | null {
  if (measured === null) return null;
  return is === "atLeast" ? measured >= value : measured <= value;
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
