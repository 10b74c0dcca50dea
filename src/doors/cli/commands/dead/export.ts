/**
 * Exports dead letters with payload and timeline, one JSON object a line; or as CSV.
 */
import { Option, type Command } from "commander";
import { EXPORT_FORMATS } from "../../../../operations/export.ts";
import type { ExportFormat } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { EXIT } from "../../exit-status.ts";
import { saveExport } from "../../save-export.ts";
import { filterOf, withFilter, type FilterOptions } from "./filter.ts";

export function addExport(dead: Command, cli: Cli): void {
  const command = withFilter(
    dead
      .command("export")
      .description("export dead letters with payload and timeline, one JSON object a line")
      .option("--output <file>", "into this file, readable by you alone (default: stdout)")
      .addOption(
        new Option("--format <format>", "csv: for a spreadsheet, without the timeline").choices(
          EXPORT_FORMATS,
        ),
      ),
  );
  withConnection<JsonOption & FilterOptions & { output?: string; format?: ExportFormat }>(
    { command, cli },
    async ({ options, client, out }) => {
      const { output, format = "jsonl" } = options;
      const filter = filterOf(options, cli.context.now());
      const lines = await saveExport(await client.deadLetters.export({ ...filter, format }), { output, cli });
      const heads = format === "csv" ? 1 : 0;
      out.say("{count} exported; the export is in the audit log.", { count: lines - heads });
      return EXIT.ok;
    },
  );
  examples(command, [
    "bida dead export --since 24h --output dead.jsonl",
    "bida dead export --format csv --output dead.csv",
    "bida dead export --account yzj | jq -r '[.id, .detail] | @tsv'",
  ]);
}
