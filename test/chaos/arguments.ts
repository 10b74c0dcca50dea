/**
 * The flags of the chaos program.
 */
import { parseArgs } from "node:util";

export interface ChaosArguments {
  readonly seed: number;
  readonly minutes: number;
  readonly json: boolean;
  /** Directory in which logs, configurations and the records of a breach are kept; null to delete them. */
  readonly keep: string | null;
}

export const USAGE = `npm run chaos -- [--seed S] [--minutes M] [--keep DIRECTORY] [--json]

  --seed S      of the plan of disturbances, of the orders and of the platform's faults (default 1)
  --minutes M   how long everything is disturbed (default 1); settling comes on top
  --keep DIR    where to leave logs and what there is to know about a breach (default: nowhere)
  --json        one JSON document on stdout instead of the table
`;

export function readArguments(args: readonly string[]): ChaosArguments | { readonly problem: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: "string", default: "1" },
        minutes: { type: "string", default: "1" },
        keep: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return { problem: "" };
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  if (!Number.isInteger(seed)) return { problem: `--seed: expected a whole number, got ${values.seed}` };
  if (!(minutes >= 0.1 && minutes <= 600))
    return { problem: `--minutes: expected 0.1 to 600, got ${values.minutes}` };
  return { seed, minutes, json: values.json, keep: values.keep ?? null };
}
