/**
 * Who did what, and how far a bulk action has come.
 */
import type { Command } from "commander";
import type { AuditEntry, AuditFilter } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { localTime } from "../moments.ts";
import type { Column } from "../table.ts";
import { defined, pages, emitMore } from "../pages.ts";
import { filterOf, type FilterOptions } from "./dead/filter.ts";
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
    .option("--by <name>", "of this key or person")
    .option("--act <act>", "for example `pause`")
    .option("--account <name>", "on this account")
    .option("--id <id>", "on this delivery or action")
    .option("--since <when>", "after this: 2h (ago), or a date")
    .option("--until <when>", "before this: 2h (ago), or a date")
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "go on where an earlier page ended")
    .option("--all", "every page");
  withConnection<JsonOption & AuditFilter & { all?: boolean }>(
    command,
    cli,
    async ({ options, client, out }) => {
      const { by, act, account, id, limit, cursor } = options;
      const { since, until } = filterOf(options as FilterOptions, cli.context.now());
      const filter = defined({ by, act, account, id, since, until, limit, cursor });
      const page = await pages(options.all === true, filter, (asked) => client.audit(asked));
      if (out.isJson) out.json(page);
      else out.table(COLUMNS, page.items);
      emitMore(page.nextCursor, page.items.length, out);
      return EXIT.ok;
    },
  );
  examples(command, ["bida audit --limit 10", "bida audit --by zhang --since 2h"]);
}

export function addAction(program: Command, cli: Cli): void {
  const command = program
    .command("action")
    .description("show how far a bulk action has come, or cancel it")
    .argument("<id>", "as dead replay --no-wait printed it")
    .option("--cancel", "what it has done stays done");
  withConnection<JsonOption & { cancel?: boolean }>(
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
