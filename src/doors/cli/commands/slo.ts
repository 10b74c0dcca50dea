/**
 * How well the objectives of the configuration were kept, and what is left of their error budgets.
 */
import type { Command } from "commander";
import { say } from "../../../language/say.ts";
import { keptObjective, type KeptObjective } from "../../../operations/kept-objective.ts";
import type { Stats } from "../../client/types.ts";
import { examples, withConnection, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, UsageError } from "../exit-status.ts";
import { durationMs, past } from "../moments.ts";
import type { Column } from "../table.ts";

interface SloOptions extends JsonOption {
  readonly config?: string;
  readonly account?: string;
  readonly since?: string;
}

interface Kept extends KeptObjective {
  readonly account: string;
  readonly confirmWithin: string;
  readonly objectivePercent: number;
}

const COLUMNS: readonly Column<Kept>[] = [
  { title: "ACCOUNT", of: ({ account }) => account },
  {
    title: "OBJECTIVE",
    isSaid: true,
    of: ({ objectivePercent: percent, confirmWithin: duration }) =>
      say("{percent}% in {duration}", { percent, duration }),
  },
  { title: "ENDED", of: ({ deliveries }) => deliveries },
  { title: "IN TIME", of: ({ goodPercent }) => percentText(goodPercent) },
  { title: "BUDGET LEFT", of: ({ budgetLeftPercent }) => percentText(budgetLeftPercent) },
];

interface Objective {
  readonly confirmWithin: string;
  readonly objective: number;
}

export function addSlo(program: Command, cli: Cli): void {
  const command = program
    .command("slo")
    .description("how well each account meets its objective, and the rest of its error budget")
    .option("--account <name>", "of this account alone")
    .option("--since <when>", "from then until now: 7d (ago), or a date; default: 30 days");
  withConnection<SloOptions>({ command, cli }, async ({ options, client, out }) => {
    const { value, problems } = await cli.context.config.print(options.config);
    if (problems.length > 0)
      throw new UsageError("--config: names no valid configuration; bida config check says what is wrong");
    const accounts = await objectivesIn(value);
    const since = past(options.since ?? "30d", { flag: "--since", now: cli.context.now() });
    const stats = await client.stats({ since, bucketMinutes: 1_440 });
    const items = Object.entries(accounts).flatMap(([account, { slo }]) =>
      slo === undefined || (options.account ?? account) !== account
        ? []
        : [keptOf(account, { objective: slo, stats })],
    );
    if (out.isJson) out.json({ since, items });
    else out.table(COLUMNS, items);
    if (items.length === 0) out.say("No account has an objective: slo in the configuration.");
    return items.every(({ budgetLeftPercent }) => (budgetLeftPercent ?? 0) >= 0) ? EXIT.ok : EXIT.failed;
  });
  examples(command, ["bida slo", "bida slo --account yzj --since 7d --json"]);
}

/**
 * The objectives in a printed configuration, by account. zod is loaded only here, so that every other command
 * starts without it.
 */
async function objectivesIn(config: unknown): Promise<Record<string, { slo?: Objective | undefined }>> {
  const { z } = await import("zod");
  const slo = z.object({ confirmWithin: z.string(), objective: z.number() }).optional();
  return z.object({ accounts: z.record(z.string(), z.object({ slo })) }).parse(config).accounts;
}

function keptOf(
  account: string,
  {
    objective: { confirmWithin, objective },
    stats,
  }: { readonly objective: Objective; readonly stats: Stats },
): Kept {
  const counts = stats.accounts.find((one) => one.account === account) ?? { timeToConfirm: [], dead: {} };
  const promised = { confirmWithinMs: durationMs(confirmWithin) ?? 0, objectivePercent: objective };
  const kept = keptObjective(promised, { counts, stepsMs: stats.confirmStepsMs });
  return { account, confirmWithin, objectivePercent: objective, ...kept };
}

function percentText(percent: number | null): string {
  return percent === null ? "-" : `${percent}%`;
}
