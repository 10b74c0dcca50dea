/**
 * Sends JSONL in batches, with progress on stderr. A refused line does not stop the others; it is reported with
 * its number. If sending breaks off in the middle, it still reports what was acknowledged.
 */
import { say } from "../../../language/say.ts";
import type { BidaClient } from "../../client/bida-client.ts";
import { BatchError, BidaError } from "../../client/errors.ts";
import type { BatchItem, FieldError, UncheckedOrder, UncheckedPayloads } from "../../client/types.ts";
import { isBug, type Cli, type ConnectionTask } from "../cli.ts";
import type { CliEnvironment } from "../environment.ts";
import { EXIT, UsageError, exitStatusOf, type ExitStatus } from "../exit-status.ts";
import { ProgressBar } from "../progress-bar.ts";
import type { JsonObject } from "../../../delivery/record.ts";
import { asWritten, parseObject, readLines, type InputLine } from "../read-input.ts";
import { asDeliveries } from "../one-document.ts";
import { printable } from "../table.ts";
import type { SendOptions } from "./send.ts";

/** How many lines are read before they are sent. The client splits them into requests of a legal size. */
const BATCH = 500;
const BATCH_BYTES = 1.5 * 1024 * 1024;

interface Tally {
  created: number;
  existing: number;
  refused: number;
  /** How many of the acknowledged ones are not as durable as was asked for. */
  notDurable: number;
}

/** How far the sending has come. */
interface Progress {
  readonly tally: Tally;
  /** Every line up to this one has a result. */
  upTo: number;
  /** Lines that were sent and have no result. */
  open: readonly number[];
}

interface Fate {
  readonly line: number;
  readonly status: number | null;
  readonly id: string | null;
  readonly result: BatchItem["result"];
  readonly ignored?: readonly string[] | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
}

export async function sendLines(task: ConnectionTask<SendOptions>, { context }: Cli): Promise<ExitStatus> {
  const { options, out } = task;
  refuseWhatIsForOne(options);
  const path = typeof options.jsonl === "string" ? options.jsonl : "-";
  if (path === "-" && context.stdin.isTTY)
    throw new UsageError("expected deliveries on stdin, one a line, or --payload; see bida send --help");
  const tally: Tally = { created: 0, existing: 0, refused: 0, notDurable: 0 };
  const progress: Progress = { tally, upTo: 0, open: [] };
  const { signal, forget } = context.untilInterrupted();
  try {
    const lines = asDeliveries(readLines(path, context.stdin));
    await sendAll(lines, {
      progress,
      task,
      surrounding: { bar: new ProgressBar(context.stderr), signal, context },
    });
  } catch (error) {
    return brokenOff(error, { progress, task });
  } finally {
    forget();
  }
  out.remark(figuresOf(tally));
  if (signal.aborted) {
    // The writer of stdin may go on for hours; this keeps it from holding the process.
    if (path === "-") context.stdin.unref();
    out.say("Interrupted. Every line up to {line} has its answer; continue from line {next}.", {
      line: progress.upTo,
      next: progress.upTo + 1,
    });
    return EXIT.interrupted;
  }
  if (tally.refused + tally.notDurable === 0) return EXIT.ok;
  return tally.created + tally.existing === 0 ? EXIT.failed : EXIT.partly;
}

interface Surrounding {
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
  readonly context: CliEnvironment;
}

async function sendAll(
  lines: AsyncGenerator<InputLine>,
  {
    progress,
    task,
    surrounding: { bar, signal, context },
  }: {
    readonly progress: Progress;
    readonly task: ConnectionTask<SendOptions>;
    readonly surrounding: Surrounding;
  },
): Promise<void> {
  try {
    for await (const batch of untilAborted(batches(lines), signal)) {
      const { fates, broken } = await sendBatch(batch, task);
      for (const fate of fates) {
        progress.tally[fate.result] += 1;
        if (fate.code === "acceptedNotDurable") progress.tally.notDurable += 1;
      }
      bar.end();
      for (const fate of fates) tell(fate, { task, context });
      if (broken !== null) {
        const answered = new Set(fates.map(({ line }) => line));
        progress.open = batch.map(({ number }) => number).filter((number) => !answered.has(number));
        throw broken;
      }
      progress.upTo = batch.at(-1)?.number ?? progress.upTo;
      bar.show(batch.at(-1)?.share ?? null, task.out.inWords(figuresOf(progress.tally)));
    }
  } finally {
    bar.end();
  }
}

function brokenOff(
  error: unknown,
  {
    progress: { tally, upTo, open },
    task: { out },
  }: { readonly progress: Progress; readonly task: ConnectionTask<SendOptions> },
): ExitStatus {
  const isRefusal = error instanceof BidaError && error.status !== null && error.status < 500;
  const isOpen = open.length > 0 && !isRefusal;
  if (isBug(error) || (upTo === 0 && !isOpen)) throw error;
  out.failure(error);
  out.remark(figuresOf(tally));
  const next = open[0] ?? upTo + 1;
  if (upTo > 0) out.say("Every line up to {line} has its answer.", { line: upTo });
  if (isOpen) out.say("It is unknown whether lines {lines} were acknowledged.", { lines: rangesOf(open) });
  if (isOpen)
    out.say("Continue from line {line}; a line without a key may then be delivered twice.", { line: next });
  else out.say("Continue from line {line}.", { line: next });
  return tally.created + tally.existing > 0 ? EXIT.partly : exitStatusOf(error);
}

/** `1–3, 7` */
function rangesOf(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

function refuseWhatIsForOne({
  key,
  sendAt,
  deadline,
  wait,
  metadata,
  callbackUrl,
  lane,
  priority,
}: SendOptions): void {
  const forOne = {
    key,
    "send-at": sendAt,
    deadline,
    wait,
    metadata,
    "callback-url": callbackUrl,
    lane,
    priority,
  };
  const [wrong] = Object.entries(forOne).find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UsageError(`--${wrong}: is for one delivery; write it into the lines`);
}

/** Lines that were read but not sent when the signal comes are not sent. (A second Ctrl-C ends the process.) */
async function* untilAborted<T>(items: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  signal.addEventListener("abort", () => resolve(null), { once: true });
  while (!signal.aborted) {
    const next = await Promise.race([items.next(), aborted]);
    if (next === null || next.done === true || signal.aborted) return;
    yield next.value;
  }
}

async function* batches(lines: AsyncGenerator<InputLine>): AsyncGenerator<InputLine[]> {
  let batch: InputLine[] = [];
  let bytes = 0;
  for await (const line of lines) {
    batch.push(line);
    bytes += Buffer.byteLength(line.text);
    if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

interface Sent {
  readonly fates: readonly Fate[];
  /** Why some lines have no result; null when all have one. */
  readonly broken: BatchError | null;
}

async function sendBatch(
  lines: readonly InputLine[],
  { options, client }: ConnectionTask<SendOptions>,
): Promise<Sent> {
  const read = lines.map((line) => orderOf(line, options));
  const orders = read.flatMap((one) => ("order" in one ? [one.order] : []));
  const { results, broken } = await answersTo(orders, client);
  const answers = results.values();
  const fates = read.flatMap((one): Fate[] => {
    if (!("order" in one)) return [one.fate];
    const answer = answers.next().value;
    if (answer === undefined) throw new Error("a batch has one result an item");
    return answer === null ? [] : [{ ...answer, line: one.line }];
  });
  return { fates, broken };
}

async function answersTo(
  orders: readonly UncheckedOrder[],
  client: BidaClient<UncheckedPayloads>,
): Promise<{ results: readonly (BatchItem | null)[]; broken: BatchError | null }> {
  if (orders.length === 0) return { results: [], broken: null };
  try {
    return { results: await client.sendBatch(orders), broken: null };
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    return { results: error.results, broken: error };
  }
}

type Read = { readonly order: UncheckedOrder; readonly line: number } | { readonly fate: Fate };

function orderOf({ number, text }: InputLine, { account, operation, durability }: SendOptions): Read {
  try {
    const given = parseObject(`line ${number}`, text);
    const defaults = {
      ...(account === undefined ? {} : { account }),
      ...(operation === undefined ? {} : { operation }),
      ...(durability === undefined ? {} : { durability }),
    };
    // Not validated here: the API reports every wrong field.
    return { order: { ...defaults, ...withOwnTexts(given) } as unknown as UncheckedOrder, line: number };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const detail = error.message.replace(/^line \d+: /, "");
    return { fate: { line: number, status: null, id: null, result: "refused", code: "malformed", detail } };
  }
}

/** Payload and metadata are sent exactly as they stand in the line. */
function withOwnTexts(given: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) =>
      name === "payload" || name === "metadata" ? [name, asWritten(value)] : [name, value],
    ),
  );
}

/** Prints the result of a line. On a terminal the ids are left out unless asked for: a person reads the totals. */
function tell(
  fate: Fate,
  {
    task: { out, options },
    context: { stdout },
  }: { readonly task: ConnectionTask<SendOptions>; readonly context: CliEnvironment },
): void {
  if (out.isJson) return out.json(fate);
  const { line, detail = "refused", errors = [], ignored = [], id } = fate;
  if (fate.result !== "refused") {
    if (ignored.length > 0)
      out.say("line {line}: its first request differs in {fields}: that stays as it was", {
        line,
        fields: ignored.join(", "),
      });
    if (fate.code === "acceptedNotDurable") out.say("line {line}: {why}", { line, why: printable(detail) });
    if (options.ids === true || !stdout.isTTY) out.data(id ?? "");
    return;
  }
  out.say("line {line}: {why}", { line, why: `${printable(detail)}${id === null ? "" : ` (${id})`}` });
  for (const error of errors)
    out.remark(`  ${printable(error.pointer)}: ${out.inWords(printable(error.detail))}`);
}

function figuresOf({ created, existing, refused, notDurable }: Tally): string {
  const figures = { created, existing, refused };
  return notDurable === 0
    ? say("{created} acknowledged, {existing} known before, {refused} refused", figures)
    : say(
        "{created} acknowledged, {existing} known before, {refused} refused; {notDurable} not as durable as asked",
        {
          ...figures,
          notDurable,
        },
      );
}
