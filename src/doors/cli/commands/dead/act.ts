/**
 * Replays or discards dead letters: those that are named, or all that match a filter.
 */
import type { Command } from "commander";
import type { Delivery } from "../../../client/types.ts";
import { withConnection, examples, type Cli, type ConnectionTask, type JsonOption } from "../../cli.ts";
import { EXIT, UsageError, exitStatusOf, exitStatusOfMany, type ExitStatus } from "../../exit-status.ts";
import { decimal } from "../../flags.ts";
import { actOnMany, type BulkOptions } from "./act-on-many.ts";
import { filterOf, withFilter } from "./filter.ts";

export function addReplay(dead: Command, cli: Cli): void {
  const command = withBulk(
    dead
      .command("replay")
      .description("replay dead letters; what may have arrived is verified before it is sent again")
      .argument("[ids...]", "the deliveries' ids, or flags that select them")
      .option("--note <text>", "why, for the timeline"),
  );
  withConnection<BulkOptions>({ command, cli }, async (task) => {
    const { args, options, client } = task;
    const { note } = options;
    const noted = note === undefined ? {} : { note };
    if (isForMany(task, cli))
      return actOnMany(
        { kind: "replay", begin: (order) => client.deadLetters.replayMany({ ...order, ...noted }) },
        { task, cli },
      );
    return actOnEach({ ids: args, task }, (id) => client.deadLetters.replay(id, noted));
  });
  examples(command, [
    "bida dead replay d01J… d01K…",
    'bida dead replay --reason unauthorized --since 8h --note "the secret was wrong" --yes',
    "bida dead replay --account yzj --dry-run",
  ]);
}

export function addDiscard(dead: Command, cli: Cli): void {
  const command = withBulk(
    dead
      .command("discard")
      .description("discard dead letters: nobody will deliver them")
      .argument("[ids...]", "the deliveries' ids, or flags that select them")
      .option("--note <text>", "why, for the audit; only a dry run needs none"),
  );
  withConnection<BulkOptions>({ command, cli }, async (task) => {
    const { args, options, client } = task;
    const note = reasonOf(options);
    if (isForMany(task, cli))
      return actOnMany(
        { kind: "discard", begin: (order) => client.deadLetters.discardMany({ ...order, note }) },
        { task, cli },
      );
    return actOnEach({ ids: args, task }, (id) => client.deadLetters.discard(id, note));
  });
  examples(command, [
    'bida dead discard d01J… --note "the order was cancelled"',
    'bida dead discard --operation todo.create --until 30d --note "too old to matter" --yes',
  ]);
}

export function reasonOf({ note, dryRun }: BulkOptions): string {
  if (note !== undefined) return note;
  if (dryRun === true) return "dry run";
  throw new UsageError("--note: is missing; say why, for the audit");
}

export function withBulk(command: Command, rate = "dead letters a second (default 100)"): Command {
  return withFilter(command)
    .option("--all", "every dead letter")
    .option("--dry-run", "only count what it would act on")
    .option("--rate <number>", rate, decimal(0.1, 1_000))
    .option("--no-wait", "leave it running in the background")
    .option("--yes", "without asking");
}

/** Ids together with a filter would be ambiguous. */
export function isForMany({ args, options }: ConnectionTask<BulkOptions>, { context }: Cli): boolean {
  const filtered = options.all === true || Object.keys(filterOf(options, context.now())).length > 0;
  if (args.length > 0 && filtered) throw new UsageError("expected either ids or flags that say which");
  if (args.length === 0 && !filtered) throw new UsageError("expected ids, or flags that say which, or --all");
  if (args.length > 0 && options.dryRun === true)
    throw new UsageError("--dry-run: counts what flags match; it does not go with ids");
  return args.length === 0;
}

/** Acts on one id after another, with one line of output for each. */
export async function actOnEach(
  { ids, task: { out } }: { readonly ids: readonly string[]; readonly task: ConnectionTask<JsonOption> },
  act: (id: string) => Promise<Delivery>,
): Promise<ExitStatus> {
  const fates: ExitStatus[] = [];
  for (const id of ids) {
    try {
      const delivery = await act(id);
      if (out.isJson) out.json(delivery);
      else out.data(id);
      fates.push(EXIT.ok);
    } catch (error) {
      out.failure(error, id);
      fates.push(exitStatusOf(error));
    }
  }
  return exitStatusOfMany(fates);
}
