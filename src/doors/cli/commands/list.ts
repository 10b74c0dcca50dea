/**
 * Lists deliveries.
 */
import { Option, type Command } from "commander";
import { DEAD_REASONS, SHOWN_STATUSES } from "../../../delivery/record.ts";
import type { DeliveryFilter } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { filterOf, type FilterOptions } from "./dead/filter.ts";
import { defined, pages, emitMore } from "../pages.ts";
import { deliveryColumns } from "../show-delivery.ts";

interface ListOptions extends JsonOption, DeliveryFilter {
  readonly all?: boolean;
}

export function addList(program: Command, cli: Cli): void {
  const command = program
    .command("list")
    .description("list deliveries: unfinished ones first, then ended ones, the latest first")
    .option("--account <name>", "of this account")
    .addOption(new Option("--status <status>", "in this status").choices(SHOWN_STATUSES))
    .option("--operation <name>", "of this operation, for example todo.create")
    .addOption(new Option("--reason <reason>", "dead for this reason").choices(DEAD_REASONS))
    .option("--key <key>", "with this idempotency key")
    .option("--recipient <id>", "to this recipient")
    .option("--receipt <id>", "with this id of the platform's")
    .option("--lane <lane>", "in this lane")
    .option("--code <code>", "refused by the platform with this code")
    .option("--generation <number>", "replayed so often (1 for the original)", wholeNumber(1, 1_000_000))
    .option("--since <when>", "acknowledged, or ended, after this: 2h (ago), or a date")
    .option("--until <when>", "acknowledged, or ended, before this: 2h (ago), or a date")
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "go on where an earlier page ended")
    .option("--all", "every page");
  withConnection<ListOptions>(command, cli, async ({ options, client, out }) => {
    const { account, status, operation, reason, key, recipient, limit, cursor } = options;
    const { receipt, lane, code, generation } = options;
    const { since, until } = filterOf(options as FilterOptions, cli.context.now());
    const chosen = { account, status, operation, reason, key, recipient, receipt, lane, code, generation };
    const filter = defined({ ...chosen, since, until, limit, cursor });
    const page = await pages(options.all === true, filter, (asked) => client.list(asked));
    if (out.isJson) out.json(page);
    else out.table(deliveryColumns(cli.context.now()), page.items);
    emitMore(page.nextCursor, page.items.length, out);
    return EXIT.ok;
  });
  examples(command, [
    "bida list --status confirming --account yzj",
    "bida list --key oa-leave-2026-0001 --json | jq '.items[].status'",
  ]);
}
