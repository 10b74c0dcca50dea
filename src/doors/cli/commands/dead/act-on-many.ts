/**
 * Starts a bulk action and follows it to its end. It runs where the API is, so Ctrl-C must cancel it there.
 */
import { createInterface } from "node:readline/promises";
import { say } from "../../../../language/say.ts";
import { BidaError } from "../../../client/errors.ts";
import type { BulkAction, BulkOrder } from "../../../client/types.ts";
import { pause } from "../../../client/transport.ts";
import type { Cli, ConnectionTask, JsonOption } from "../../cli.ts";
import type { ConnectOptions } from "../../connection.ts";
import { EXIT, UsageError, type ExitStatus } from "../../exit-status.ts";
import { ProgressBar } from "../../progress-bar.ts";
import { filterOf, flagsOf, type FilterOptions } from "./filter.ts";

export interface BulkOptions extends JsonOption, FilterOptions, ConnectOptions {
  readonly note?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate?: number;
  readonly wait: boolean;
  readonly yes?: boolean;
}

const LOOK_EVERY_MS = 300;
/** How long the cancellation may take: long enough for a busy API. (A second Ctrl-C exits at once.) */
const CANCEL_MS = 10_000;
/** How long a finished replay is watched, to see whether its deliveries die again at once. */
const LOOK_AFTER_MS = 5_000;

export async function actOnMany(
  {
    kind,
    begin,
  }: { readonly kind: BulkAction["kind"]; readonly begin: (order: BulkOrder) => Promise<BulkAction> },
  { task, cli }: { readonly task: ConnectionTask<BulkOptions>; readonly cli: Cli },
): Promise<ExitStatus> {
  const { dryRun = false, rate } = task.options;
  const filter = filterOf(task.options, cli.context.now());
  const order = { filter, dryRun, ...(rate === undefined ? {} : { ratePerSecond: rate }) };
  // The person confirms the number that was counted: dead letters that came later are left out.
  const counted = (until: string): BulkOrder => ({
    ...order,
    filter: { ...filter, until: filter.until ?? until },
  });
  return followAction(
    {
      kind,
      which: flagsOf(filter),
      count: async () => begin({ ...order, dryRun: true }),
      begin: async (until) => begin(until === null ? order : counted(until)),
    },
    { task, cli },
  );
}

interface Intent {
  readonly kind: BulkAction["kind"];
  /** Which deliveries, as flags of the command line. */
  readonly which: string;
  /** Starts the same action as a dry run. */
  readonly count: () => Promise<BulkAction>;
  /** @param until the moment at which they were counted; null if they were not */
  readonly begin: (until: string | null) => Promise<BulkAction>;
}

/** Asks for confirmation, starts the action, and follows it to its end. */
export async function followAction(
  intent: Intent,
  { task, cli }: { readonly task: ConnectionTask<BulkOptions>; readonly cli: Cli },
): Promise<ExitStatus> {
  const { options, out } = task;
  if (!options.wait && options.redis !== undefined)
    throw new UsageError("--no-wait: without an API, no process would continue it");
  const mustAsk = options.dryRun !== true && options.yes !== true;
  const countedAt = mustAsk ? await askFirst(intent, { task, cli }) : null;
  if (mustAsk && countedAt === null) {
    out.say("Nothing was done.");
    return EXIT.failed;
  }
  const begin = async (): Promise<BulkAction> => intent.begin(countedAt);
  return options.wait ? stayWith(begin, { task, cli }) : leave(await begin(), task);
}

function leave(begun: BulkAction, { out }: ConnectionTask<BulkOptions>): ExitStatus {
  if (out.isJson) out.json(begun);
  else out.data(begun.id);
  out.say("It runs in the background: bida action {id}", { id: begun.id });
  return EXIT.ok;
}

async function stayWith(
  begin: () => Promise<BulkAction>,
  { task, cli }: { readonly task: ConnectionTask<BulkOptions>; readonly cli: Cli },
): Promise<ExitStatus> {
  const { out } = task;
  // Set up before the action begins, because its id is known only when the answer arrives.
  const { signal, forget } = cli.context.untilInterrupted();
  try {
    const begun = await begin();
    out.say("It runs as {id}; {command} stops it.", { id: begun.id, command: howToCancel(begun) });
    const seen = await watch(begun, { signal, task, cli });
    const ended = seen.status === "running" ? await cancel(seen, task) : seen;
    if (out.isJson) out.json(ended);
    else out.data(out.inWords(sentenceOf(ended)));
    return signal.aborted ? EXIT.interrupted : exitStatusOfAction(ended);
  } finally {
    forget();
  }
}

const howToCancel = ({ id }: BulkAction): string => `bida action ${id} --cancel`;

const QUESTIONS = {
  replay: "Replay {count} dead letters ({which})?",
  edit: "Edit and replay {count} dead letters ({which})?",
  discard: "Discard {count} dead letters ({which})?",
  verify: "Ask the platform about {count} dead letters ({which})?",
  forget: "Erase {count} deliveries ({which})?",
} as const;

/**
 * Counts them, and asks for confirmation. Without a terminal --yes must be given.
 *
 * @returns when they were counted; null if the person does not want it
 */
async function askFirst(
  { kind, which, count }: Intent,
  {
    task: { client, out },
    cli: { context },
  }: { readonly task: ConnectionTask<BulkOptions>; readonly cli: Cli },
): Promise<string | null> {
  if (!context.stdin.isTTY || !context.stderr.isTTY)
    throw new UsageError(
      `--yes: ${say("is needed where nobody can be asked, because there is no terminal; --dry-run only counts")}`,
    );
  let counted = await count();
  while (counted.status === "running") {
    await pause(LOOK_EVERY_MS);
    counted = await client.deadLetters.action(counted.id);
  }
  const question = say(QUESTIONS[kind], { count: counted.matched - counted.failed, which });
  const ask = createInterface({ input: context.stdin, output: context.stderr });
  const answer = await ask.question(`${out.inWords(question)} [y/N] `);
  ask.close();
  return /^y(es)?$/i.test(answer.trim()) ? counted.startedAt : null;
}

/** The action at its end, or as last seen when the signal came. */
async function watch(
  begun: BulkAction,
  {
    signal,
    task: { client, out },
    cli: { context },
  }: { readonly signal: AbortSignal; readonly task: ConnectionTask<BulkOptions>; readonly cli: Cli },
): Promise<BulkAction> {
  const bar = new ProgressBar(context.stderr);
  let action = begun;
  try {
    while (action.status === "running") {
      await pause(LOOK_EVERY_MS, signal);
      action = await client.deadLetters.action(action.id, { signal });
      bar.show(
        action.total === 0 ? 1 : Math.min(1, action.looked / action.total),
        out.inWords(sentenceOf(action)),
      );
    }
    // A replayed delivery that dies again usually does so soon.
    const until = performance.now() + LOOK_AFTER_MS;
    while (action.since !== null && action.since.open > 0 && performance.now() < until) {
      await pause(LOOK_EVERY_MS, signal);
      action = await client.deadLetters.action(action.id, { signal });
      bar.show(1, out.inWords(sentenceOf(action)));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    bar.end();
  }
  return action;
}

/** A single request without retries, because the person wants to exit. */
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
    out.say("It may still be running; {command} stops it.", { command: howToCancel(action) });
    return action;
  }
}

const DONE = {
  replay: {
    wouldBe: "{matched} would be replayed",
    running: "replayed so far",
    cancelled: "replayed, then cancelled",
    done: "replayed",
  },
  edit: {
    wouldBe: "{matched} would be edited and replayed",
    running: "edited and replayed so far",
    cancelled: "edited and replayed, then cancelled",
    done: "edited and replayed",
  },
  discard: {
    wouldBe: "{matched} would be discarded",
    running: "discarded so far",
    cancelled: "discarded, then cancelled",
    done: "discarded",
  },
  verify: {
    wouldBe: "{matched} would be checked",
    running: "found so far",
    cancelled: "found, then cancelled",
    done: "found",
  },
  forget: {
    wouldBe: "{matched} would be erased",
    running: "erased so far",
    cancelled: "erased, then cancelled",
    done: "erased",
  },
} as const;

export function sentenceOf({
  kind,
  status,
  dryRun,
  matched,
  done,
  skipped,
  failed,
  since,
}: BulkAction): string {
  if (dryRun) {
    const wouldBe = say(DONE[kind].wouldBe, { matched: matched - failed });
    return failed === 0
      ? wouldBe
      : say("{figures}, {failed} would be left as they are", { figures: wouldBe, failed });
  }
  const known = { done, word: say(DONE[kind][status]), skipped, failed };
  const figures =
    kind === "verify"
      ? say("{done} {word}, {skipped} skipped, {failed} not found", known)
      : say("{done} {word}, {skipped} skipped, {failed} failed", known);
  // Shows how the replayed deliveries ended: if they die again at once, the cause is still there.
  return since === null
    ? figures
    : say("{figures}; of those {confirmed} confirmed by now, {died} died again, {open} under way", {
        figures,
        confirmed: since.confirmed,
        died: since.diedAgain,
        open: since.open,
      });
}

export function exitStatusOfAction({ status, dryRun, done, skipped, failed, since }: BulkAction): ExitStatus {
  if (status === "cancelled") return done > 0 ? EXIT.partly : EXIT.failed;
  if (dryRun) return failed === 0 ? EXIT.ok : EXIT.partly;
  const diedAgain = since?.diedAgain ?? 0;
  if (failed + skipped + diedAgain === 0) return EXIT.ok;
  return done > diedAgain ? EXIT.partly : EXIT.failed;
}
