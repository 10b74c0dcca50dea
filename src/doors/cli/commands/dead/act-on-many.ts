/**
 * A bulk action: asked for once, then watched to its end. It runs where the API is, so Ctrl-C here has to
 * say so there.
 */
import { createInterface } from "node:readline/promises";
import { BidaError } from "../../../client/errors.ts";
import type { BulkAction, BulkOrder } from "../../../client/types.ts";
import { pause } from "../../../client/transport.ts";
import type { Cli, ConnectionTask, JsonOption } from "../../cli.ts";
import type { ConnectOptions } from "../../connection.ts";
import { EXIT, UsageError, type ExitStatus } from "../../exit-status.ts";
import { ProgressBar } from "../../progress-bar.ts";
import { filterOf, type FilterOptions } from "./filter.ts";

export interface BulkOptions extends JsonOption, FilterOptions, ConnectOptions {
  readonly note?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate?: number;
  readonly wait: boolean;
  readonly yes?: boolean;
}

const LOOK_EVERY_MS = 300;
const CANCEL_MS = 3_000;

export async function actOnMany(
  kind: BulkAction["kind"],
  begin: (order: BulkOrder) => Promise<BulkAction>,
  task: ConnectionTask<BulkOptions>,
  cli: Cli,
): Promise<ExitStatus> {
  const { options, out } = task;
  const { dryRun = false, rate } = options;
  const filter = filterOf(options, cli.context.now());
  if (!options.wait && options.redis !== undefined)
    throw new UsageError("--no-wait: without an API, nobody would go on with it");
  if (!dryRun && options.yes !== true && !(await isMeant(kind, filter, cli))) {
    out.say("Nothing was done.");
    return EXIT.failed;
  }
  const order = { filter, dryRun, ...(rate === undefined ? {} : { ratePerSecond: rate }) };
  return options.wait ? stayWith(async () => begin(order), task, cli) : leave(await begin(order), task);
}

function leave(begun: BulkAction, { out }: ConnectionTask<BulkOptions>): ExitStatus {
  if (out.isJson) out.json(begun);
  else out.data(begun.id);
  out.say(`It runs in the background: bida action ${begun.id}`);
  return EXIT.ok;
}

async function stayWith(
  begin: () => Promise<BulkAction>,
  task: ConnectionTask<BulkOptions>,
  cli: Cli,
): Promise<ExitStatus> {
  const { out } = task;
  // Before it is begun: what is begun has an id only when the answer is here.
  const { signal, forget } = cli.context.untilInterrupted();
  try {
    const begun = await begin();
    out.say(`It runs as ${begun.id}; ${howToCancel(begun)} stops it.`);
    const seen = await watch(begun, signal, task, cli);
    const ended = seen.status === "running" ? await cancel(seen, task) : seen;
    if (out.isJson) out.json(ended);
    else out.data(sentenceOf(ended));
    return signal.aborted ? EXIT.interrupted : exitStatusOfAction(ended);
  } finally {
    forget();
  }
}

const howToCancel = ({ id }: BulkAction): string => `bida action ${id} --cancel`;

/** Asks; where there is nobody to ask, --yes has to say it. */
async function isMeant(kind: string, filter: object, { context }: Cli): Promise<boolean> {
  if (!context.stdin.isTTY || !context.stderr.isTTY)
    throw new UsageError(`--yes: expected it, to ${kind} many dead letters without asking`);
  const which = Object.entries(filter).map(([name, value]) => `${name} ${String(value)}`);
  const ask = createInterface({ input: context.stdin, output: context.stderr });
  const words = which.length === 0 ? "all dead letters" : `all dead letters with ${which.join(", ")}`;
  const answer = await ask.question(`Really ${kind} ${words}? [y/N] `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** As it is at its end, or as it was last seen when the signal came. */
async function watch(
  begun: BulkAction,
  signal: AbortSignal,
  { client }: ConnectionTask<BulkOptions>,
  { context }: Cli,
): Promise<BulkAction> {
  const bar = new ProgressBar(context.stderr);
  let action = begun;
  try {
    while (action.status === "running") {
      await pause(LOOK_EVERY_MS, signal);
      action = await client.deadLetters.action(action.id, { signal });
      bar.show(action.total === 0 ? 1 : Math.min(1, action.looked / action.total), sentenceOf(action));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    bar.end();
  }
  return action;
}

/** One request, and not for long: somebody wants to leave. */
async function cancel(action: BulkAction, { client, out }: ConnectionTask<BulkOptions>): Promise<BulkAction> {
  const signal = AbortSignal.timeout(CANCEL_MS);
  try {
    const { deadLetters } = client;
    return await deadLetters.cancelAction(action.id, { signal }).catch(async (error: unknown) => {
      const hasEnded = error instanceof BidaError && error.code === "tooLate";
      if (!hasEnded) throw error;
      return deadLetters.action(action.id, { signal });
    });
  } catch (error) {
    out.failure(error);
    out.say(`It may go on; ${howToCancel(action)} stops it.`);
    return action;
  }
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
