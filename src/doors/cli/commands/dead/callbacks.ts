/**
 * Callbacks that were given up: producers that were never told how their deliveries ended.
 */
import type { Command } from "commander";
import type { CallbackFilter, Paging } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { EXIT } from "../../exit-status.ts";
import { wholeNumber } from "../../flags.ts";
import { defined, pages, emitMore } from "../../pages.ts";
import { callbackColumns } from "../../show-delivery.ts";
import { actOnEach } from "./act.ts";
import { filterOf, withFilter, type FilterOptions } from "./filter.ts";

interface CallbacksOptions extends JsonOption, Pick<FilterOptions, "account" | "since" | "until"> {
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

export function addCallbacks(dead: Command, cli: Cli): void {
  const command = withFilter(
    dead.command("callbacks").description("list deliveries whose callback was given up, the latest first"),
    { only: ["account", "since", "until"] },
  )
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "continue where an earlier page ended")
    .option("--all", "every page");
  withConnection<CallbacksOptions>({ command, cli }, async ({ options, client, out }) => {
    const { limit, cursor, all = false } = options;
    const { account, since, until } = filterOf(options, cli.context.now());
    const filter: CallbackFilter & Paging = defined({ account, since, until, limit, cursor });
    const page = await pages({ all, filter }, (asked) => client.deadLetters.callbacks(asked));
    if (out.isJson) out.json(page);
    else out.table(callbackColumns(), page.items);
    emitMore(page.nextCursor, { shown: page.items.length, out });
    return EXIT.ok;
  });
  examples(command, ["bida dead callbacks --since 24h", "bida dead callbacks --account yzj --json"]);
}

export function addRetryCallback(dead: Command, cli: Cli): void {
  const command = dead
    .command("retry-callback")
    .description("try callbacks that were given up once more, now")
    .argument("<ids...>", "the deliveries' ids")
    .option("--note <text>", "why, for the audit");
  withConnection<JsonOption & { note?: string }>({ command, cli }, async (task) => {
    const { args, options, client } = task;
    const noted = options.note === undefined ? {} : { note: options.note };
    return actOnEach({ ids: args, task }, (id) => client.deadLetters.retryCallback(id, noted));
  });
  examples(command, ["bida dead retry-callback d01J… d01K…"]);
}
