/**
 * Sends JSONL, a batch at a time, with progress on stderr. A line that is refused does not stop the others;
 * it is named with its number.
 */
import type { BatchItem, DeliveryOrder, FieldError } from "../../client/types.ts";
import type { Cli, DeskTask } from "../cli.ts";
import { EXIT, UsageError, type ExitStatus } from "../exit-status.ts";
import { ProgressBar } from "../progress-bar.ts";
import { parseObject, readLines, type Line } from "../read-input.ts";
import { printable } from "../table.ts";
import type { SendOptions } from "./send.ts";

const BATCH = 500;
/** A batch is one request, and a request has its limit. */
const BATCH_BYTES = 8 * 1024 * 1024;

interface Tally {
  created: number;
  existing: number;
  refused: number;
}

interface Fate {
  readonly line: number;
  readonly status: number | null;
  readonly id: string | null;
  readonly result: BatchItem["result"];
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
}

export async function sendLines(task: DeskTask<SendOptions>, { world }: Cli): Promise<ExitStatus> {
  const { options, out } = task;
  refuseWhatIsForOne(options);
  const path = typeof options.jsonl === "string" ? options.jsonl : "-";
  if (path === "-" && world.stdin.isTTY)
    throw new UsageError("expected deliveries on stdin, one a line, or --payload; see bida send --help");
  const tally: Tally = { created: 0, existing: 0, refused: 0 };
  const bar = new ProgressBar(world.stderr);
  try {
    for await (const lines of batches(readLines(path, world.stdin))) {
      const fates = await sendBatch(lines, task);
      for (const fate of fates) tally[fate.result] += 1;
      bar.end();
      for (const fate of fates) tell(fate, task);
      bar.show(lines.at(-1)?.share ?? null, figuresOf(tally));
    }
  } finally {
    bar.end();
  }
  out.say(figuresOf(tally));
  if (tally.refused === 0) return EXIT.ok;
  return tally.created + tally.existing === 0 ? EXIT.failed : EXIT.partly;
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

async function* batches(lines: AsyncGenerator<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    batch.push(line);
    bytes += line.text.length * 3;
    if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function sendBatch(
  lines: readonly Line[],
  { options, client }: DeskTask<SendOptions>,
): Promise<Fate[]> {
  const read = lines.map((line) => orderOf(line, options));
  const orders = read.flatMap((one) => ("order" in one ? [one.order] : []));
  const answers = (orders.length === 0 ? [] : await client.sendBatch(orders)).values();
  return read.map((one) => {
    if (!("order" in one)) return one.fate;
    const answer = answers.next().value;
    if (answer === undefined) throw new Error("a batch has one result an item");
    return { ...answer, line: one.line };
  });
}

type Read = { readonly order: DeliveryOrder; readonly line: number } | { readonly fate: Fate };

function orderOf({ number, text }: Line, { account, operation }: SendOptions): Read {
  try {
    const given = parseObject(`line ${number}`, text);
    const defaults = {
      ...(account === undefined ? {} : { account }),
      ...(operation === undefined ? {} : { operation }),
    };
    // What is wrong with it is for the API to say, field by field.
    return { order: { ...defaults, ...given } as unknown as DeliveryOrder, line: number };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const detail = error.message.replace(/^line \d+: /, "");
    return { fate: { line: number, status: null, id: null, result: "refused", code: "malformed", detail } };
  }
}

function tell(fate: Fate, { out }: DeskTask<SendOptions>): void {
  if (out.isJson) return out.json(fate);
  if (fate.result !== "refused") return out.data(fate.id ?? "");
  const { line, detail = "refused", errors = [], id } = fate;
  out.say(`line ${line}: ${printable(detail)}${id === null ? "" : ` (${id})`}`);
  for (const error of errors) out.say(`  ${printable(error.pointer)}: ${printable(error.detail)}`);
}

function figuresOf({ created, existing, refused }: Tally): string {
  return `${created} acknowledged, ${existing} known before, ${refused} refused`;
}
