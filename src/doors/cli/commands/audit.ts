/**
 * Who did what, and how far a bulk action has come.
 */
import type { Command } from "commander";
import type { AuditEntry } from "../../client/types.ts";
import { atDesk, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { localTime } from "../moments.ts";
import type { Column } from "../table.ts";
import { exitStatusOfAction, sentenceOf } from "./dead/act-on-many.ts";

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: "AT", of: ({ at }) => localTime(at) },
  { title: "BY", of: ({ by }) => by },
  { title: "ACT", of: ({ act }) => act },
  { title: "ACCOUNT", of: ({ account }) => account },
  { title: "ID", of: ({ id }) => id },
  { title: "NOTE", of: ({ note }) => note },
];

export function addAudit(program: Command, cli: Cli): void {
  const command = program
    .command("audit")
    .description("who did what, the latest first")
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50);
  atDesk<JsonOption & { limit: number }>(command, cli, async ({ options: { limit }, client, out }) => {
    const items = await client.audit(limit);
    if (out.isJson) out.json({ items });
    else out.table(COLUMNS, items);
    return EXIT.ok;
  });
  examples(command, ["bida audit --limit 10"]);
}

export function addAction(program: Command, cli: Cli): void {
  const command = program
    .command("action")
    .description("show how far a bulk action has come, or cancel it")
    .argument("<id>", "as dead replay --no-wait printed it")
    .option("--cancel", "what it has done stays done");
  atDesk<JsonOption & { cancel?: boolean }>(
    command,
    cli,
    async ({ args: [id = ""], options, client, out }) => {
      const { deadLetters } = client;
      const action =
        options.cancel === true ? await deadLetters.cancelAction(id) : await deadLetters.action(id);
      if (out.isJson) out.json(action);
      else out.data(`${action.status}: ${sentenceOf(action)}`);
      return options.cancel === true || action.status === "running" ? EXIT.ok : exitStatusOfAction(action);
    },
  );
  examples(command, ["bida action a4b0…", "bida action a4b0… --cancel"]);
}
