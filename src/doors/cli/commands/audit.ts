/**
 * Who did what, and how far a bulk action has come.
 */
import type { Command } from "commander";
import type {
  AuditEntry,
  AuditFilter,
  BulkAction,
  FailedItem,
  UncheckedPayloads,
} from "../../client/types.ts";
import { withConnection, examples, type Cli, type JsonOption } from "../cli.ts";
import type { BidaClient } from "../../client/bida-client.ts";
import { EXIT, UsageError, type ExitStatus } from "../exit-status.ts";
import { decimal, wholeNumber } from "../flags.ts";
import type { Output } from "../output.ts";
import { saveExport } from "../save-export.ts";
import { localTime } from "../moments.ts";
import type { Column } from "../table.ts";
import { defined, pages, emitMore } from "../pages.ts";
import { filterOf, type FilterOptions } from "./dead/filter.ts";
import { exitStatusOfAction, sentenceOf } from "./dead/act-on-many.ts";

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: "AT", of: ({ at }) => localTime(at) },
  { title: "BY", of: ({ by }) => by },
  { title: "ADDRESS", of: ({ from }) => from, goes: 1 },
  { title: "ACT", of: ({ act }) => act },
  { title: "ACCOUNT", of: ({ account }) => account, goes: 2 },
  { title: "ID", of: ({ id }) => id, goes: 3 },
  { title: "COUNT", of: (entry) => howMany(entry), goes: 1 },
  { title: "NOTE", of: ({ note }) => note },
];

/** `3/5`: done to three of the five that matched. */
function howMany({ count, matched }: AuditEntry): number | string | null {
  return count === null || matched === null || matched === count ? count : `${count}/${matched}`;
}

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
    .option("--cursor <cursor>", "continue where an earlier page ended")
    .option("--all", "every page")
    .option(
      "--output <file>",
      "all of it into this file, readable by you alone; CSV where its name ends in .csv",
    );
  withConnection<JsonOption & AuditFilter & { all?: boolean; output?: string }>(
    { command, cli },
    async ({ options, client, out }) => {
      const { by, act, account, id, limit, cursor } = options;
      const { since, until } = filterOf(options as FilterOptions, cli.context.now());
      if (options.output !== undefined) {
        const format = options.output.endsWith(".csv") ? "csv" : "jsonl";
        const asked = { ...defined({ by, act, account, id, since, until }), format } as const;
        const lines = await saveExport(await client.exportAudit(asked), { output: options.output, cli });
        const heads = format === "csv" ? 1 : 0;
        out.say("{count} exported; the export is in the audit log.", { count: lines - heads });
        return EXIT.ok;
      }
      const filter = defined({ by, act, account, id, since, until, limit, cursor });
      const page = await pages({ all: options.all === true, filter }, (asked) => client.audit(asked));
      if (out.isJson) out.json(page);
      else out.table(COLUMNS, page.items);
      emitMore(page.nextCursor, { shown: page.items.length, out });
      return EXIT.ok;
    },
  );
  examples(command, [
    "bida audit --limit 10",
    "bida audit --by zhang --since 2h",
    "bida audit --since 30d --output audit.csv",
  ]);
}

export function addAction(program: Command, cli: Cli): void {
  const command = program
    .command("action")
    .description("show how far a bulk action has come; slow it down, cancel it, list or repeat what failed")
    .argument("<id>", "as dead replay --no-wait printed it")
    .option("--cancel", "what it has done stays done")
    .option("--rate <number>", "continue at this many per second", decimal(0.1, 1_000))
    .option("--failed", "list what it could not do, and why")
    .option("--repeat", "do it again, on those that failed")
    .option("--note <text>", "why, for the audit");
  withConnection<ActionOptions>({ command, cli }, async ({ args: [id = ""], options, client, out }) => {
    if (options.failed === true) return listFailed(id, { client, out });
    const action = await actOnAction(id, { options, client });
    if (out.isJson) out.json(action);
    else out.data(`${action.status}: ${out.inWords(sentenceOf(action))}`);
    return options.cancel === true || action.status === "running" ? EXIT.ok : exitStatusOfAction(action);
  });
  examples(command, [
    "bida action a4b0…",
    "bida action a4b0… --rate 5",
    "bida action a4b0… --failed",
    'bida action a4b0… --repeat --note "the payloads are mended"',
    "bida action a4b0… --cancel",
  ]);
}

interface ActionOptions extends JsonOption {
  readonly cancel?: boolean;
  readonly rate?: number;
  readonly failed?: boolean;
  readonly repeat?: boolean;
  readonly note?: string;
}

async function actOnAction(
  id: string,
  {
    options: { cancel, rate, repeat, note },
    client: { deadLetters },
  }: { readonly options: ActionOptions; readonly client: BidaClient<UncheckedPayloads> },
): Promise<BulkAction> {
  if (cancel === true) return deadLetters.cancelAction(id, { note });
  if (rate !== undefined) return deadLetters.changeRate(id, { ratePerSecond: rate, note });
  if (repeat !== true) return deadLetters.action(id);
  if (note === undefined) throw new UsageError("--note: is missing; say why, for the audit");
  return deadLetters.repeatFailed(id, note);
}

const FAILED_COLUMNS: readonly Column<FailedItem>[] = [
  { title: "ID", of: ({ id }) => id },
  { title: "ACCOUNT", of: ({ account }) => account },
  { title: "KEY", of: ({ key }) => key },
  { title: "DETAIL", isSaid: true, of: ({ detail }) => detail },
];

async function listFailed(
  id: string,
  { client: { deadLetters }, out }: { readonly client: BidaClient<UncheckedPayloads>; readonly out: Output },
): Promise<ExitStatus> {
  const page = await pages({ all: true, filter: {} }, (asked) => deadLetters.failedOf(id, asked));
  if (out.isJson) out.json(page);
  else out.table(FAILED_COLUMNS, page.items);
  return EXIT.ok;
}
