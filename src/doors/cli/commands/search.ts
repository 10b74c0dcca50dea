/**
 * Finding things, and lanes that wait for a person.
 */
import type { Command } from "commander";
import { say } from "../../../language/say.ts";
import type { BulkAction, HeldLane, SearchHit } from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { localTime } from "../moments.ts";
import { defined, pages, emitMore } from "../pages.ts";
import type { Column } from "../table.ts";

interface PageOptions extends JsonOption {
  readonly account?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

const HITS: readonly Column<SearchHit>[] = [
  { title: "KIND", of: ({ kind }) => kind },
  { title: "MATCHED BY", of: ({ by }) => by },
  { title: "ACCOUNT", of: ({ account }) => account },
  { title: "ID", of: ({ id }) => id },
  { title: "STATUS", of: ({ delivery }) => delivery?.status ?? null },
];

export function addSearch(program: Command, cli: Cli): void {
  const command = program
    .command("search")
    .description("find what an id or a name belongs to")
    .argument("<text>", "an id of Bida's or of a platform's, a key, a lane, an action, an account");
  withConnection<JsonOption>({ command, cli }, async ({ args: [text = ""], client, out }) => {
    const items = await client.search(text);
    if (out.isJson) out.json({ items });
    else out.table(HITS, items);
    emitMore(null, { shown: items.length, out });
    return items.length === 0 ? EXIT.notFound : EXIT.ok;
  });
  examples(command, ["bida search oa-leave-2026-0001"]);
}

const LANES: readonly Column<HeldLane>[] = [
  { title: "ACCOUNT", of: ({ account }) => account },
  { title: "LANE", of: ({ lane }) => lane, isCut: true },
  { title: "WAITING", of: ({ waiting }) => String(waiting) },
  { title: "HELD BY", of: ({ head }) => head.id },
  { title: "REASON", of: ({ head }) => head.reason },
  {
    title: "SINCE",
    of: ({ head }) => (head.finishedAt === null ? null : localTime(head.finishedAt)),
    goes: 1,
  },
];

export function addLanes(program: Command, cli: Cli): void {
  const command = paged(program.command("lanes").description("lanes that a dead letter holds")).option(
    "--account <name>",
    "of this account",
  );
  withConnection<PageOptions>({ command, cli }, async ({ options, client, out }) => {
    const { account, limit, cursor } = options;
    const filter = defined({ account, limit, cursor });
    const page = await pages({ all: options.all === true, filter }, (asked) => client.heldLanes(asked));
    if (out.isJson) out.json(page);
    else out.table(LANES, page.items);
    emitMore(page.nextCursor, { shown: page.items.length, out });
    return EXIT.ok;
  });
  examples(command, ["bida lanes --account yzj"]);
}

const ACTIONS: readonly Column<BulkAction>[] = [
  { title: "ID", of: ({ id }) => id },
  {
    title: "KIND",
    isSaid: true,
    of: ({ kind, dryRun }) => (dryRun ? say("{kind}, dry run", { kind }) : kind),
  },
  { title: "STATUS", of: ({ status }) => status },
  { title: "BY", of: ({ by }) => by },
  { title: "SINCE", of: ({ startedAt }) => localTime(startedAt) },
  { title: "DONE", of: ({ done, matched }) => `${done}/${matched}` },
  { title: "NOTE", of: ({ note }) => note },
];

export function addActions(program: Command, cli: Cli): void {
  const command = paged(program.command("actions").description("bulk actions of the last seven days"));
  withConnection<PageOptions>({ command, cli }, async ({ options, client, out }) => {
    const filter = defined({ limit: options.limit, cursor: options.cursor });
    const page = await pages({ all: options.all === true, filter }, (asked) =>
      client.deadLetters.actions(asked),
    );
    if (out.isJson) out.json(page);
    else out.table(ACTIONS, page.items);
    emitMore(page.nextCursor, { shown: page.items.length, out });
    return EXIT.ok;
  });
  examples(command, ["bida actions", "bida actions --limit 5 --json"]);
}

function paged(command: Command): Command {
  return command
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "continue where an earlier page ended")
    .option("--all", "every page");
}
