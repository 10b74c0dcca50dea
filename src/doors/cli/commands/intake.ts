/**
 * Runs the intake, and lists the orders that it refused.
 */
import type { Command } from "commander";
import type { RefusedOrder } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { localTime } from "../moments.ts";
import type { Column } from "../table.ts";

const COLUMNS: readonly Column<RefusedOrder>[] = [
  { title: "AT", of: ({ at }) => localTime(at) },
  { title: "SOURCE", of: ({ source }) => source },
  { title: "PRODUCER", of: ({ producer }) => producer },
  { title: "ENTRY", of: ({ entry }) => entry },
  { title: "WHY", isSaid: true, of: ({ errors }) => errors.map(sentence).join("; ") },
];

function sentence({ pointer, detail }: RefusedOrder["errors"][number]): string {
  return pointer === "" ? detail : `${pointer}: ${detail}`;
}

export function addIntake(program: Command, cli: Cli): void {
  const intake = program
    .command("intake")
    .description("take orders that producers write into Redis; `refused` lists those that were refused");
  const run = intake
    .command("run", { isDefault: true })
    .description("take orders until a signal ends it")
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml")
    .action(async ({ config }: { config?: string }) => {
      await cli.context.run("intake", config === undefined ? [] : ["--config", config]);
      cli.exit = null;
    });
  examples(run, ["bida intake --config bida.yaml"]);
  const refused = intake
    .command("refused")
    .description("list the orders that were refused, the latest first")
    .option("--limit <n>", "how many (default: 50)", wholeNumber(1, 500))
    .option("--order", "show each order as it was written (this is audited)");
  withConnection<JsonOption & { limit?: number; order?: boolean }>(
    { command: refused, cli },
    async ({ options, client, out }) => {
      const { limit, order } = options;
      const page = await client.refusedOrders({
        ...(limit === undefined ? {} : { limit }),
        ...(order === true ? { include: "order" as const } : {}),
      });
      if (out.isJson) out.json(page);
      else if (order === true) for (const item of page.items) out.data(`${item.entry}: ${item.order ?? ""}`);
      else out.table(COLUMNS, page.items);
      return EXIT.ok;
    },
  );
  examples(refused, ["bida intake refused", "bida intake refused --order --limit 1"]);
}
