/**
 * What is measured, what is promised of it, and the medians that the promises are held against.
 */
import type { ContenderName } from "./contender.ts";

export type Measure =
  | "deliveriesPerSecond"
  | "acceptedPerSecond"
  | "bytesWaiting"
  | "idleRedisPercent"
  | "workerMicros"
  | "redisMicros";

export type Figures = Record<Measure, number[]>;

interface Goal {
  /** What the figure must reach or stay under, and whether it is Bida's ratio to the baseline. */
  readonly of: "ratio" | "bida";
  readonly is: "atLeast" | "atMost";
  readonly value: number;
}

interface MeasureSpec {
  readonly title: string;
  readonly digits: number;
  readonly goal: Goal | null;
}

export const MEASURES: Readonly<Record<Measure, MeasureSpec>> = {
  deliveriesPerSecond: { title: "deliveries/s", digits: 0, goal: { of: "ratio", is: "atLeast", value: 1 } },
  acceptedPerSecond: {
    title: "accepted/s, batches of 500",
    digits: 0,
    goal: { of: "ratio", is: "atLeast", value: 0.8 },
  },
  workerMicros: { title: "worker CPU, µs a delivery", digits: 0, goal: null },
  redisMicros: { title: "Redis CPU, µs a delivery", digits: 0, goal: null },
  bytesWaiting: {
    title: "bytes a waiting delivery",
    digits: 0,
    goal: { of: "ratio", is: "atMost", value: 1.5 },
  },
  idleRedisPercent: {
    title: "Redis CPU while waiting, % of a core",
    digits: 2,
    goal: { of: "bida", is: "atMost", value: 3 },
  },
};

export interface Line {
  readonly measure: Measure;
  readonly title: string;
  readonly digits: number;
  readonly medians: Partial<Record<ContenderName, number>>;
  readonly rounds: Partial<Record<ContenderName, readonly number[]>>;
  /** Bida's median against the baseline's. */
  readonly ratio: number | null;
  readonly goal: Goal | null;
  /** Null where nothing is promised, or the side it is promised of was not measured. */
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
  const { bida, baseline } = medians;
  const ratio = bida === undefined || baseline === undefined ? null : bida / baseline;
  const { title, digits, goal } = MEASURES[measure];
  const measured = goal?.of === "bida" ? (bida ?? null) : ratio;
  return { measure, title, digits, medians, rounds, ratio, goal, reached: isReached(goal, measured) };
}

function isReached(goal: Goal | null, measured: number | null): boolean | null {
  if (goal === null || measured === null) return null;
  return goal.is === "atLeast" ? measured >= goal.value : measured <= goal.value;
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
