/**
 * Shows dead letters: ls, show, groups.
 */
import type { Command } from "commander";
import type { DeadLetterFilter, DeadLetterGroups, Paging } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../../cli.ts";
import { NO_CODE } from "../../../../delivery/dead-group.ts";
import { REMEDIES } from "../../../client/remedies.ts";
import { EXIT } from "../../exit-status.ts";
import { wholeNumber } from "../../flags.ts";
import { localTime } from "../../moments.ts";
import { defined, pages, emitMore } from "../../pages.ts";
import { deliveryText, deadLetterColumns } from "../../show-delivery.ts";
import type { Column } from "../../table.ts";
import { filterOf, withFilter, type FilterOptions } from "./filter.ts";

interface LsOptions extends JsonOption, FilterOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

export function addLs(dead: Command, cli: Cli): void {
  const command = withFilter(
    dead.command("ls").alias("list").description("list dead letters, the latest first"),
  )
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "continue where an earlier page ended")
    .option("--all", "every page");
  withConnection<LsOptions>({ command, cli }, async ({ options, client, out }) => {
    const { limit, cursor, all = false } = options;
    const filter: DeadLetterFilter & Paging = {
      ...filterOf(options, cli.context.now()),
      ...defined({ limit, cursor }),
    };
    const page = await pages({ all, filter }, (asked) => client.deadLetters.list(asked));
    if (out.isJson) out.json(page);
    else out.table(deadLetterColumns(cli.context.now()), page.items);
    emitMore(page.nextCursor, { shown: page.items.length, out });
    return EXIT.ok;
  });
  examples(command, ["bida dead ls --since 8h", "bida dead ls --reason rejected --account yzj --json"]);
}

export function addShow(dead: Command, cli: Cli): void {
  const command = dead
    .command("show")
    .description("show a dead letter with its timeline")
    .argument("<id>", "the delivery's id")
    .option("--payload", "with its payload (this is audited)");
  withConnection<JsonOption & { payload?: boolean }>(
    { command, cli },
    async ({ args: [id = ""], options, client, out }) => {
      const always = ["timeline", "callback"] as const;
      const include = options.payload === true ? ([...always, "payload"] as const) : always;
      const delivery = await client.get(id, { include });
      if (out.isJson) out.json(delivery);
      else out.data(deliveryText(delivery, { now: cli.context.now(), language: out.language }));
      if (delivery.status !== "dead") out.say("It is not dead: it is {status}.", { status: delivery.status });
      return EXIT.ok;
    },
  );
  examples(command, ["bida dead show d01J… --payload"]);
}

const GROUP_COLUMNS: readonly Column<DeadLetterGroups["items"][number]>[] = [
  { title: "COUNT", of: ({ count }) => count },
  { title: "ACCOUNT", of: ({ account }) => account, goes: 2 },
  { title: "OPERATION", of: ({ operation }) => operation },
  { title: "REASON", of: ({ reason }) => reason },
  { title: "CODE", of: ({ code }) => code, goes: 3 },
  { title: "MEANS", isSaid: true, of: ({ cause }) => cause, goes: 4 },
  { title: "WAITING", of: ({ held }) => (held === null || held.lanes === 0 ? null : held.waiting), goes: 5 },
  { title: "LATEST", of: ({ latestAt }) => localTime(latestAt), goes: 1 },
  { title: "EXAMPLE", of: ({ example }) => example },
];

/** How many groups get a link to the console. */
const MOST_LINKS = 10;

/** The URL of a group's dead letters in the console, as in alerts. */
function linkTo(
  api: string,
  { account, operation, reason, code }: DeadLetterGroups["items"][number],
): string {
  const query = new URLSearchParams({ tab: "letters", account, operation });
  if (reason !== null) query.set("reason", reason);
  query.set("code", code ?? NO_CODE);
  return `${api.replace(/\/+$/, "")}/console/dead?${query.toString()}`;
}

export function addGroups(dead: Command, cli: Cli): void {
  const command = withFilter(
    dead.command("groups").description("count dead letters by account, operation, reason and platform code"),
  );
  withConnection<JsonOption & FilterOptions>({ command, cli }, async ({ options, client, out, where }) => {
    const filter = filterOf(options, cli.context.now());
    const groups = await client.deadLetters.groups({ ...filter, include: "details" });
    if (out.isJson) out.json(groups);
    else out.table(GROUP_COLUMNS, groups.items);
    for (const reason of new Set(groups.items.map((group) => group.reason))) {
      if (reason === null || out.isJson) continue;
      const remedy = REMEDIES[reason];
      out.remark(`${reason}: ${remedy[out.language]} (runbooks/${remedy.runbook})`);
    }
    if (!out.isJson && where.startsWith("http"))
      for (const group of groups.items.slice(0, MOST_LINKS)) out.remark(linkTo(where, group));
    if (!groups.isComplete)
      out.say("Only the latest {count} were counted; there are more.", { count: groups.counted });
    if (groups.items.length === 0) out.say("There are none.");
    return EXIT.ok;
  });
  examples(command, ["bida dead groups", "bida dead groups --since 24h --account yzj"]);
}
