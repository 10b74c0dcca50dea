/**
 * The objectives of each operation of an account, from the configuration.
 */
import type { Config } from "../config/config.ts";
import type { SloConfig } from "../config/telemetry-schema.ts";
import type { AccountObjective } from "../operations/kept-objective.ts";
import type { Objective, Objectives } from "../telemetry/fleet.ts";
import { channelsOf } from "./platforms.ts";

export function objectivesOf({ accounts }: Config): Objectives {
  const all = Object.entries(accounts).flatMap(([account, settings]) => {
    const { slo } = settings;
    if (slo === undefined) return [];
    const operations = channelsOf(settings).flatMap((channel) => Object.keys(channel.operations));
    return operations.map((operation) => ({ account, operation, ...objectiveOf(slo, operation) }));
  });
  const named = new Map(all.map((one) => [nameOf(one.account, one.operation), one]));
  return { all, of: (account, operation) => named.get(nameOf(account, operation)) ?? null };
}

/** The objective of each account as a whole. */
export function accountObjectivesOf({ accounts }: Config): ReadonlyMap<string, AccountObjective> {
  return new Map(
    Object.entries(accounts).flatMap(([account, { slo }]) =>
      slo === undefined
        ? []
        : [[account, { confirmWithinMs: slo.confirmWithin, objectivePercent: slo.objective }]],
    ),
  );
}

function objectiveOf(slo: SloConfig, operation: string): Objective {
  const { confirmWithin, objective } = slo.operations[operation] ?? slo;
  return { confirmWithinMs: confirmWithin, ratio: objective / 100 };
}

function nameOf(account: string, operation: string): string {
  return `${account} ${operation}`;
}
