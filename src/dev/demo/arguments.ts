/**
 * The demo's flags.
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../delivery/error-words.ts";

const FAULT_LEVELS = ["none", "default", "harsh"] as const;
export type FaultLevel = (typeof FAULT_LEVELS)[number];

export interface DemoArguments {
  readonly deliveries: number;
  readonly seed: number;
  readonly faults: FaultLevel;
  readonly json: boolean;
  /** Whether everything goes on running afterwards, with the console. */
  readonly keep: boolean;
}

export const USAGE = `npm run demo -- [--deliveries N] [--seed S] [--faults none|default|harsh] [--json] [--keep]

  --deliveries N   how many deliveries, in equal shares for each platform, 1 to 5000 (default 1200)
  --seed S         of the sandbox's misbehaviour and of its readings of the documents (default 2)
  --faults LEVEL   how badly the platform behaves (default: default)
  --json           one JSON document on stdout instead of the table
  --keep           leave everything running afterwards, with the console, until Ctrl-C
`;

/** The options, or what is wrong with the arguments. */
export function readArguments(args: readonly string[]): DemoArguments | { readonly problem: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        deliveries: { type: "string", default: "1200" },
        seed: { type: "string", default: "2" },
        faults: { type: "string", default: "default" },
        json: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: messageOf(error) };
  }
  if (values.help) return { problem: "" };
  const deliveries = Number(values.deliveries);
  const seed = Number(values.seed);
  const faults = FAULT_LEVELS.find((level) => level === values.faults);
  if (!Number.isInteger(deliveries) || deliveries < 1 || deliveries > 5_000) {
    return { problem: `--deliveries: expected a whole number from 1 to 5000, got ${values.deliveries}` };
  }
  if (!Number.isInteger(seed)) return { problem: `--seed: expected a whole number, got ${values.seed}` };
  if (faults === undefined)
    return { problem: `--faults: expected none, default or harsh, got ${values.faults}` };
  return { deliveries, seed, faults, json: values.json, keep: values.keep };
}
