/**
 * Lists deliveries.
 */
import { Option, type Command } from "commander";
import { SHOWN_STATUSES } from "../../../delivery/record.ts";
import type { DeliveryFilter } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { filterOf, withFilter, type FilterOptions } from "./dead/filter.ts";
import { defined, pages, emitMore } from "../pages.ts";
import { deliveryColumns } from "../show-delivery.ts";

interface ListOptions extends JsonOption, FilterOptions, Pick<DeliveryFilter, "status" | "limit" | "cursor"> {
  readonly all?: boolean;
}

export function addList(program: Command, cli: Cli): void {
  const command = withFilter(
    program
      .command("list")
      .description("list deliveries: unfinished ones first, then ended ones, the latest first"),
    {
      help: {
        operation: "of this operation, for example todo.create",
        generation: "of this generation (1 for the original)",
        since: "acknowledged, or ended, after this: 2h (ago), or a date",
        until: "acknowledged, or ended, before this: 2h (ago), or a date",
      },
    },
  )
    .addOption(new Option("--status <status>", "in this status").choices(SHOWN_STATUSES))
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "continue where an earlier page ended")
    .option("--all", "every page");
  withConnection<ListOptions>({ command, cli }, async ({ options, client, out }) => {
    const { status, limit, cursor } = options;
    const filter = { ...filterOf(options, cli.context.now()), ...defined({ status, limit, cursor }) };
    const page = await pages({ all: options.all === true, filter }, (asked) => client.list(asked));
    if (out.isJson) out.json(page);
    else out.table(deliveryColumns(cli.context.now()), page.items);
    emitMore(page.nextCursor, { shown: page.items.length, out });
    return EXIT.ok;
  });
  examples(command, [
    "bida list --status confirming --account yzj",
    "bida list --key oa-leave-2026-0001 --json | jq '.items[].status'",
  ]);
}
