/**
 * The flags that filter deliveries.
 */
import { Option, type Command } from "commander";
import { DEAD_REASONS } from "../../../../delivery/record.ts";
import {
  FILTER_FIELDS,
  FILTER_NAMES,
  LAST_GENERATION,
  type FilterName,
} from "../../../../operations/filter-fields.ts";
import type { DeadLetterFilter } from "../../../client/types.ts";
import { wholeNumber } from "../../flags.ts";
import { past } from "../../moments.ts";

/** The filter as it was typed: times are text. */
export type FilterOptions = Omit<DeadLetterFilter, "since" | "until"> & {
  readonly since?: string;
  readonly until?: string;
};

interface Offered {
  /** Which of the flags this command has. Default: all. */
  readonly only?: readonly FilterName[];
  /** The help texts that differ for this command. */
  readonly help?: Partial<Record<FilterName, string>>;
}

export function withFilter(command: Command, { only = FILTER_NAMES, help = {} }: Offered = {}): Command {
  for (const name of FILTER_NAMES.filter((each) => only.includes(each))) {
    const { flag, reads } = FILTER_FIELDS[name];
    const option = new Option(`--${flagOf(name)} ${flag[0]}`, help[name] ?? flag[1]).helpGroup("Which:");
    if (reads === "reason") option.choices(DEAD_REASONS);
    if (reads === "number") option.argParser(wholeNumber(1, LAST_GENERATION));
    command.addOption(option);
  }
  return command;
}

function flagOf(name: FilterName): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A filter as it would be typed; `--all` for an empty one. */
export function flagsOf(filter: DeadLetterFilter): string {
  const flags = FILTER_NAMES.flatMap((name) =>
    filter[name] === undefined ? [] : [`--${flagOf(name)} ${String(filter[name])}`],
  );
  return flags.length === 0 ? "--all" : flags.join(" ");
}

export function filterOf(options: FilterOptions, now: number): DeadLetterFilter {
  const given = FILTER_NAMES.flatMap((name) => {
    const value = options[name];
    if (value === undefined) return [];
    const isMoment = FILTER_FIELDS[name].reads === "moment";
    return [
      [
        name,
        isMoment ? new Date(past(String(value), { flag: `--${flagOf(name)}`, now })).toISOString() : value,
      ],
    ];
  });
  return Object.fromEntries(given) as DeadLetterFilter;
}
