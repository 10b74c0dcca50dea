/**
 * Looks at deliveries: one, or a list; cancels one.
 */
import { Option, type Command } from "commander";
import { DEAD_REASONS, STATUSES } from "../../../delivery/record.ts";
import { NotFinished } from "../../client/errors.ts";
import type { Delivery, DeliveryFilter } from "../../client/types.ts";
import { atDesk, examples, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, UsageError, type ExitStatus } from "../exit-status.ts";
import { wholeNumber } from "../flags.ts";
import { durationMs } from "../moments.ts";
import { deliveryColumns, deliveryText } from "../show-delivery.ts";

export const INCLUDE = ["timeline", "payload"] as const;

interface StatusOptions extends JsonOption {
  readonly timeline?: boolean;
  readonly payload?: boolean;
  readonly wait?: string | true;
}

export function addStatus(program: Command, cli: Cli): void {
  const command = program
    .command("status")
    .description("show one delivery")
    .argument("<id>", "the delivery's id")
    .option("--timeline", "with its story")
    .option("--payload", "with its payload; who reads it is written down")
    .option("--wait [duration]", "wait until it has ended, at most this long (30s, 5m)");
  atDesk<StatusOptions>(command, cli, async ({ args: [id = ""], options, client, out }) => {
    const include = INCLUDE.filter((part) => options[part] === true);
    const fate = options.wait === undefined ? EXIT.ok : await waitFor(id, options.wait, client);
    const delivery = await client.get(id, { include });
    if (out.isJson) out.json(delivery);
    else out.data(deliveryText(delivery, cli.world.now()));
    if (fate === "late") out.say(`It has not ended yet: it is ${delivery.status}.`);
    return fate === "late" ? EXIT.failed : fate;
  });
  examples(command, ["bida status d01J… --timeline", "bida status d01J… --wait 2m && echo delivered"]);
}

/** How a delivery ended, for scripts: only proof ends well. */
export function exitStatusOfEnd({ status, reason }: Delivery): ExitStatus {
  if (status === "confirmed") return EXIT.ok;
  return reason === "partial" ? EXIT.partly : EXIT.failed;
}

export async function waitFor(
  id: string,
  wait: string | true,
  client: Parameters<Parameters<typeof atDesk>[2]>[0]["client"],
): Promise<ExitStatus | "late"> {
  const timeoutMs = wait === true ? undefined : durationMs(wait);
  if (timeoutMs === null) throw new UsageError(`--wait: expected a duration like 30s or 5m, got ${wait}`);
  try {
    return exitStatusOfEnd(await client.waitUntilFinished(id, timeoutMs === undefined ? {} : { timeoutMs }));
  } catch (error) {
    if (error instanceof NotFinished) return "late";
    throw error;
  }
}

interface ListOptions extends JsonOption, DeliveryFilter {
  readonly all?: boolean;
}

export function addList(program: Command, cli: Cli): void {
  const command = program
    .command("list")
    .description("list deliveries: unfinished ones first, then ended ones, the latest first")
    .option("--account <name>", "of this account")
    .addOption(new Option("--status <status>", "in this status").choices(STATUSES))
    .option("--operation <name>", "of this operation, for example todo.create")
    .addOption(new Option("--reason <reason>", "dead for this reason").choices(DEAD_REASONS))
    .option("--key <key>", "with this idempotency key")
    .option("--recipient <id>", "to this recipient")
    .option("--limit <number>", "how many (1 to 500)", wholeNumber(1, 500), 50)
    .option("--cursor <cursor>", "go on where an earlier page ended")
    .option("--all", "every page");
  atDesk<ListOptions>(command, cli, async ({ options, client, out }) => {
    const { account, status, operation, reason, key, recipient, limit, cursor } = options;
    const filter = defined({ account, status, operation, reason, key, recipient, limit, cursor });
    const page = await pages(options.all === true, filter, (asked) => client.list(asked));
    if (out.isJson) out.json(page);
    else out.table(deliveryColumns(cli.world.now()), page.items);
    tellMore(page.nextCursor, page.items.length, out);
    return EXIT.ok;
  });
  examples(command, [
    "bida list --status confirming --account yzj",
    "bida list --key oa-leave-2026-0001 --json | jq '.items[].status'",
  ]);
}

export function addCancel(program: Command, cli: Cli): void {
  const command = program
    .command("cancel")
    .description("cancel a delivery of which nothing was sent yet")
    .argument("<id>", "the delivery's id")
    .option("--note <text>", "why, for the timeline");
  atDesk<JsonOption & { note?: string }>(command, cli, async ({ args: [id = ""], options, client, out }) => {
    const delivery = await client.cancel(id, options.note);
    if (out.isJson) out.json(delivery);
    else out.data(delivery.id);
    out.say("Cancelled.");
    return EXIT.ok;
  });
  examples(command, ['bida cancel d01J… --note "sent by mistake"']);
}

type Told = { say(line: string): void; readonly isJson: boolean };

export function tellMore(nextCursor: string | null, shown: number, out: Told): void {
  if (out.isJson) return;
  if (nextCursor !== null) out.say(`There may be more: --cursor ${nextCursor}, or --all`);
  else if (shown === 0) out.say("There are none.");
}

interface Page {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

/** One page, or all of them as one. */
export async function pages<F extends { readonly cursor?: string }>(
  all: boolean,
  filter: F,
  ask: (filter: F) => Promise<Page>,
): Promise<Page> {
  let page = await ask(filter);
  while (all && page.nextCursor !== null) {
    const next = await ask({ ...filter, cursor: page.nextCursor });
    page = { items: [...page.items, ...next.items], nextCursor: next.nextCursor };
  }
  return page;
}

type Given<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** Without the fields that were not given. */
export function defined<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Given<T>
  >;
}
