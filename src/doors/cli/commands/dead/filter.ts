/**
 * Which dead letters are meant, in flags.
 */
import { Option, type Command } from "commander";
import { DEAD_REASONS } from "../../../../delivery/record.ts";
import type { DeadLetterFilter } from "../../../client/types.ts";
import { wholeNumber } from "../../flags.ts";
import { past } from "../../moments.ts";
import { defined } from "../../pages.ts";

export interface FilterOptions {
  readonly account?: string;
  readonly reason?: (typeof DEAD_REASONS)[number];
  readonly operation?: string;
  readonly code?: string;
  readonly recipient?: string;
  readonly key?: string;
  readonly lane?: string;
  readonly receipt?: string;
  readonly generation?: number;
  readonly text?: string;
  readonly metadata?: string;
  readonly since?: string;
  readonly until?: string;
}

/** @param only which of the flags make sense here; all, unless said otherwise */
export function withFilter(command: Command, only?: readonly (keyof FilterOptions)[]): Command {
  const group = "Which:";
  const flags = [
    new Option("--account <name>", "of this account"),
    new Option("--reason <reason>", "dead for this reason").choices(DEAD_REASONS),
    new Option("--operation <name>", "of this operation"),
    new Option("--code <code>", "refused by the platform with this code"),
    new Option("--recipient <id>", "to this recipient"),
    new Option("--key <key>", "with this idempotency key"),
    new Option("--lane <lane>", "in this lane"),
    new Option("--receipt <id>", "with this id of the platform's"),
    new Option("--generation <number>", "of this generation").argParser(wholeNumber(1, 1_000_000)),
    new Option("--text <words>", "with these words in the detail"),
    new Option("--metadata <name=value>", "with this field in its metadata"),
    new Option("--since <when>", "died after this: 2h (ago), or a date"),
    new Option("--until <when>", "died before this: 2h (ago), or a date"),
  ];
  for (const flag of flags) {
    const isOffered = only?.includes(flag.attributeName() as keyof FilterOptions) ?? true;
    if (isOffered) command.addOption(flag.helpGroup(group));
  }
  return command;
}

export function filterOf(options: FilterOptions, now: number): DeadLetterFilter {
  const {
    account,
    reason,
    operation,
    code,
    recipient,
    key,
    lane,
    receipt,
    generation,
    text,
    metadata,
    since,
    until,
  } = options;
  const date = (flag: string, text: string | undefined): string | undefined =>
    text === undefined ? undefined : new Date(past(flag, text, now)).toISOString();
  return defined({
    account,
    reason,
    operation,
    code,
    recipient,
    key,
    lane,
    receipt,
    generation,
    text,
    metadata,
    since: date("--since", since),
    until: date("--until", until),
  });
}
