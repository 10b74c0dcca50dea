/**
 * The options of a run.
 */
import { parseArgs } from "node:util";
import type { ContenderName } from "./contender.ts";

export interface Options {
  /** Counted rounds of each side; at least three for a meaningful median. */
  readonly rounds: number;
  /** Deliveries in each run. */
  readonly deliveries: number;
  readonly concurrency: number;
  /** Deliveries that wait while Redis is watched. */
  readonly waiting: number;
  /** Null for all. */
  readonly only: ContenderName | null;
  readonly json: boolean;
  /** Directory for the workers' CPU profiles; null for none. */
  readonly profile: string | null;
}

export const USAGE = `node bench/run.ts [options]

  --rounds N        runs of each side that count (default 3)
  --deliveries N    deliveries a run (default 40000)
  --concurrency N   deliveries at work at once, on all sides (default 200)
  --waiting N       deliveries that wait while Redis is watched (default 100000; 0 leaves it out)
  --only SIDE       baseline, bida or floor
  --profile DIR     leave a CPU profile of each worker in DIR (slows them down)
  --json            print JSON instead of a table
`;

/**
 * @param defaults of this bench
 * @throws TypeError for an unknown option, or a value that is not a number
 */
export function readOptions(
  args: readonly string[],
  defaults: Partial<Pick<Options, "rounds" | "deliveries" | "waiting">> = {},
): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: text,
      deliveries: text,
      concurrency: text,
      waiting: text,
      only: text,
      profile: text,
      json: { type: "boolean", default: false },
    },
  });
  return {
    rounds: wholeNumber("rounds", { text: values.rounds ?? String(defaults.rounds ?? 3), least: 1 }),
    deliveries: wholeNumber("deliveries", {
      text: values.deliveries ?? String(defaults.deliveries ?? 40_000),
      least: 1,
    }),
    concurrency: wholeNumber("concurrency", { text: values.concurrency ?? "200", least: 1 }),
    waiting: wholeNumber("waiting", {
      text: values.waiting ?? String(defaults.waiting ?? 100_000),
      least: 0,
    }),
    only: side(values.only),
    json: values.json,
    profile: values.profile ?? null,
  };
}

function wholeNumber(
  name: string,
  { text, least }: { readonly text: string; readonly least: number },
): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`--${name}: expected a whole number of at least ${least}, got ${text}`);
}

function side(name: string | undefined): ContenderName | null {
  if (name === undefined) return null;
  if (name === "baseline" || name === "bida" || name === "floor") return name;
  throw new TypeError(`--only: expected baseline, bida or floor, got ${name}`);
}
