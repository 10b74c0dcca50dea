/**
 * A bulk action: asked for once, then watched to its end.
 */
import { createInterface } from "node:readline/promises";
import type { BulkAction, BulkOrder } from "../../../client/types.ts";
import { pause } from "../../../client/transport.ts";
import type { Cli, DeskTask, JsonOption } from "../../cli.ts";
import type { DeskOptions } from "../../desk.ts";
import { EXIT, UsageError, type ExitStatus } from "../../exit-status.ts";
import { ProgressBar } from "../../progress-bar.ts";
import { filterOf, type FilterOptions } from "./filter.ts";

export interface BulkOptions extends JsonOption, FilterOptions, DeskOptions {
  readonly note?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate?: number;
  readonly wait: boolean;
  readonly yes?: boolean;
}

const LOOK_EVERY_MS = 300;

export async function actOnMany(
  kind: BulkAction["kind"],
  begin: (order: BulkOrder) => Promise<BulkAction>,
  task: DeskTask<BulkOptions>,
  cli: Cli,
): Promise<ExitStatus> {
  const { options, out } = task;
  const { dryRun = false, rate } = options;
  const filter = filterOf(options, cli.world.now());
  if (!options.wait && options.redis !== undefined)
    throw new UsageError("--no-wait: without an API, nobody would go on with it");
  if (!dryRun && options.yes !== true && !(await isMeant(kind, filter, cli))) {
    out.say("Nothing was done.");
    return EXIT.failed;
  }
  const begun = await begin({ filter, dryRun, ...(rate === undefined ? {} : { ratePerSecond: rate }) });
  if (!options.wait) {
    if (out.isJson) out.json(begun);
    else out.data(begun.id);
    out.say(`It runs in the background: bida action ${begun.id}`);
    return EXIT.ok;
  }
  const ended = await watch(begun, task, cli);
  if (out.isJson) out.json(ended);
  else out.data(sentenceOf(ended));
  return exitStatusOfAction(ended);
}

/** Asks; where there is nobody to ask, --yes has to say it. */
async function isMeant(kind: string, filter: object, { world }: Cli): Promise<boolean> {
  if (!world.stdin.isTTY || !world.stderr.isTTY)
    throw new UsageError(`--yes: expected it, to ${kind} many dead letters without asking`);
  const which = Object.entries(filter).map(([name, value]) => `${name} ${String(value)}`);
  const ask = createInterface({ input: world.stdin, output: world.stderr });
  const words = which.length === 0 ? "all dead letters" : `all dead letters with ${which.join(", ")}`;
  const answer = await ask.question(`Really ${kind} ${words}? [y/N] `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function watch(
  begun: BulkAction,
  { client }: DeskTask<BulkOptions>,
  { world }: Cli,
): Promise<BulkAction> {
  const bar = new ProgressBar(world.stderr);
  let action = begun;
  try {
    while (action.status === "running") {
      await pause(LOOK_EVERY_MS);
      action = await client.deadLetters.action(action.id);
      bar.show(action.total === 0 ? 1 : Math.min(1, action.looked / action.total), sentenceOf(action));
    }
  } finally {
    bar.end();
  }
  return action;
}

export function sentenceOf({ kind, status, dryRun, matched, done, skipped, failed }: BulkAction): string {
  if (dryRun) return `${matched} would be ${kind}ed`;
  const word =
    status === "running"
      ? `${kind}ed so far`
      : status === "cancelled"
        ? `${kind}ed, then cancelled`
        : `${kind}ed`;
  return `${done} ${word}, ${skipped} skipped, ${failed} failed`;
}

export function exitStatusOfAction({ status, done, skipped, failed }: BulkAction): ExitStatus {
  if (status === "cancelled") return done > 0 ? EXIT.partly : EXIT.failed;
  if (failed + skipped === 0) return EXIT.ok;
  return done > 0 ? EXIT.partly : EXIT.failed;
}
