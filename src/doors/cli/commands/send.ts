/**
 * Sends one delivery, or one for each line.
 */
import { Option, type Command } from "commander";
import type { Accepted, UncheckedOrder } from "../../client/types.ts";
import { withConnection, examples, type Cli, type ConnectionTask, type JsonOption } from "../cli.ts";
import type { ConnectOptions } from "../connection.ts";
import { EXIT, UsageError, type ExitStatus } from "../exit-status.ts";
import { duration, wholeNumber } from "../flags.ts";
import type { Output } from "../output.ts";
import { future } from "../moments.ts";
import { defined } from "../pages.ts";
import { asWritten, parseObject, readNamed, readObject, readText } from "../read-input.ts";
import { deliveryText } from "../show-delivery.ts";
import { sendLines } from "./send-lines.ts";
import { waitFor } from "./status.ts";

export interface SendOptions extends JsonOption, ConnectOptions {
  readonly account?: string;
  readonly operation?: string;
  readonly payload?: string;
  readonly file?: string;
  readonly jsonl?: string | true;
  readonly ids?: boolean;
  readonly key?: string;
  readonly lane?: string;
  readonly sendAt?: string;
  readonly deadline?: string;
  readonly priority?: number;
  readonly callbackUrl?: string;
  readonly metadata?: string;
  readonly durability?: "aof" | "replica";
  /** In ms; `true` waits until the end. */
  readonly wait?: number | true;
}

/** Long enough for a full backlog, or an API that is restarting. */
const PATIENCE_MS = 30_000;

export function addSend(program: Command, cli: Cli): void {
  const command = program
    .command("send")
    .description("enqueue one delivery, or many: one on stdin as JSON, or JSONL, one a line")
    .option("--account <name>", "to this account; for lines that name none")
    .option("--operation <name>", "todo.create, schedule.create, …; for lines that name none")
    .option("--payload <json>", "the payload: JSON, @file, or - for stdin")
    .option("--file <file>", "a file that holds the payload")
    .option("--jsonl [file]", "many: each line a delivery as the API takes it (default: stdin)")
    .option("--ids", "print the id of each line on a terminal too")
    .option("--key <key>", "idempotency key: the same key is the same delivery")
    .option("--lane <lane>", "keep order with the deliveries of this lane")
    .option("--send-at <when>", "not before: 10m, or a date")
    .option("--deadline <when>", "dead after: 2h, or a date")
    .option("--priority <number>", "0 is first", wholeNumber(0, 1_000_000))
    .option("--callback-url <url>", "called when it ends")
    .option("--metadata <json>", "yours; kept with it: JSON, or @file")
    .addOption(
      new Option(
        "--durability <kind>",
        "acknowledged only when it is on Redis' disk, or on a replica; also for lines that name none",
      ).choices(["aof", "replica"]),
    )
    .option("--wait [duration]", "wait until it has ended, at most this long", duration);
  const send = async (task: ConnectionTask<SendOptions>): Promise<ExitStatus> => {
    const { options } = task;
    if (isForMany(options)) return sendLines(task, cli);
    return sendOne(await orderOf(options, cli), { task, cli });
  };
  withConnection<SendOptions>({ command, cli, patienceMs: PATIENCE_MS }, send);
  examples(command, [
    "bida send --account yzj --operation todo.create --payload @todo.json --key oa-leave-2026-0001",
    "bida send --account yzj --operation todo.create --wait 2m < todo.json",
    "bida send < examples/todos.jsonl",
    "bida send --jsonl examples/todos.jsonl --json | jq -r .id",
  ]);
}

/** Whether stdin or the file has whole deliveries: also where neither a payload nor an operation is given. */
function isForMany({ jsonl, payload, file, operation }: SendOptions): boolean {
  const isOne = payload !== undefined || file !== undefined;
  if (jsonl !== undefined && isOne) throw new UsageError("--jsonl: lines have payloads of their own");
  return jsonl !== undefined || (!isOne && operation === undefined);
}

async function orderOf(options: SendOptions, { context }: Cli): Promise<UncheckedOrder> {
  const { account, operation, payload = "-", file, key, lane, priority, callbackUrl, metadata } = options;
  if (account === undefined) throw new UsageError("--account: is missing");
  if (operation === undefined) throw new UsageError("--operation: is missing");
  if (file !== undefined && options.payload !== undefined)
    throw new UsageError("--file: expected either --payload or --file");
  if (file === undefined && payload === "-" && context.stdin.isTTY)
    throw new UsageError("--payload: is missing, and stdin is a terminal");
  const given =
    file === undefined
      ? await readObject({ flag: "--payload", value: payload }, context.stdin)
      : parseObject("--file", readNamed("--file", file));
  refuseWholeDelivery(given);
  const now = context.now();
  const asDate = (moment: number): string => new Date(moment).toISOString();
  const { sendAt, deadline } = options;
  return {
    account,
    operation,
    payload: asWritten(given),
    ...defined({
      key,
      lane,
      priority,
      callbackUrl,
      durability: options.durability,
      metadata:
        metadata === undefined
          ? undefined
          : asWritten(
              parseObject(
                "--metadata",
                await readText({ flag: "--metadata", value: metadata }, context.stdin),
              ),
            ),
      sendAt: sendAt === undefined ? undefined : asDate(future(sendAt, { flag: "--send-at", now })),
      deadline: deadline === undefined ? undefined : asDate(future(deadline, { flag: "--deadline", now })),
    }),
  };
}

/** Refuses a whole order that is given as a payload, which is an easy mistake. */
function refuseWholeDelivery(given: Readonly<Record<string, unknown>>): void {
  const isWhole =
    typeof given["account"] === "string" &&
    typeof given["operation"] === "string" &&
    typeof given["payload"] === "object";
  if (isWhole)
    throw new UsageError(
      "--payload: this is a whole delivery, with its payload inside; send it without --account, --operation and " +
        "--payload: bida send --jsonl FILE, or on stdin",
    );
}

async function sendOne(
  order: UncheckedOrder,
  {
    task: {
      options: { wait },
      client,
      out,
    },
    cli: { context },
  }: { readonly task: ConnectionTask<SendOptions>; readonly cli: Cli },
): Promise<ExitStatus> {
  const accepted = await client.send(order);
  if (wait === undefined) {
    if (out.isJson) out.json(accepted);
    else out.data(accepted.id);
    out.say(accepted.result === "created" ? "Acknowledged." : "It was acknowledged before, with this key.");
    sayIgnored(accepted, out);
    return EXIT.ok;
  }
  out.say("Acknowledged as {id}; waiting for its end.", { id: accepted.id });
  sayIgnored(accepted, out);
  const fate = await waitFor(accepted.id, { wait, client });
  const delivery = await client.get(accepted.id);
  if (out.isJson) out.json(delivery);
  else out.data(deliveryText(delivery, { now: context.now(), language: out.language }));
  if (fate === "late") out.say("It has not ended yet: it is {status}.", { status: delivery.status });
  return fate === "late" ? EXIT.failed : fate;
}

/** Reports the values that differ from the first request with this key; the first ones stay. */
function sayIgnored({ ignored = [] }: Accepted, out: Output): void {
  if (ignored.length > 0)
    out.say("Its first request differs in {fields}: that stays as it was.", { fields: ignored.join(", ") });
}
