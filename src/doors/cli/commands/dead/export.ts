/**
 * Exports dead letters with payload and timeline, one JSON object a line.
 */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { EXIT, UsageError } from "../../exit-status.ts";
import { filterOf, withFilter, type FilterOptions } from "./filter.ts";

export function addExport(dead: Command, cli: Cli): void {
  const command = withFilter(
    dead
      .command("export")
      .description("export dead letters with payload and timeline, one JSON object a line")
      .option("--output <file>", "into this file, readable by you alone (default: stdout)"),
  );
  withConnection<JsonOption & FilterOptions & { output?: string }>(
    { command, cli },
    async ({ options, client, out }) => {
      const body = await client.deadLetters.export(filterOf(options, cli.context.now()));
      let lines = 0;
      const count = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const chunk of chunks) {
          lines += chunk.filter((byte) => byte === 0x0a).length;
          yield chunk;
        }
      };
      const source = Readable.fromWeb(body);
      if (options.output === undefined) await pipeline(source, count, cli.context.stdout, { end: false });
      else
        await pipeline(source, count, createWriteStream(options.output, { mode: 0o600 })).catch(notWritable);
      out.say("{count} exported; the export is written down in the audit.", { count: lines });
      return EXIT.ok;
    },
  );
  examples(command, [
    "bida dead export --since 24h --output dead.jsonl",
    "bida dead export --account yzj | jq -r '[.id, .detail] | @tsv'",
  ]);
}

function notWritable(error: unknown): never {
  if (error instanceof Error && "syscall" in error) throw new UsageError(`--output: ${error.message}`);
  throw error;
}
