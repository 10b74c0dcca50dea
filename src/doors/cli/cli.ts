/**
 * What every command gets, and how its result becomes the exit status of the process.
 */
import { Option, type Command } from "commander";
import type { BidaClient } from "../client/bida-client.ts";
import type { UncheckedPayloads } from "../client/types.ts";
import type { ConnectOptions } from "./connection.ts";
import { exitStatusOf, type ExitStatus } from "./exit-status.ts";
import { Output } from "./output.ts";
import type { CliEnvironment } from "./environment.ts";

export interface Cli {
  readonly context: CliEnvironment;
  /** The exit status of the command; null if it started a process that goes on. */
  exit: ExitStatus | null;
}

export interface JsonOption {
  readonly json?: boolean;
}

interface Task<Options> {
  readonly args: readonly string[];
  readonly options: Options;
  readonly out: Output;
}

export interface ConnectionTask<Options> extends Task<Options> {
  readonly client: BidaClient<UncheckedPayloads>;
  /** Where the connection is: the API's address, or `Redis`. */
  readonly where: string;
}

/** A command that works on this machine alone. */
export function onThisMachine<Options extends JsonOption>(
  { command, cli }: { readonly command: Command; readonly cli: Cli },
  perform: (task: Task<Options>) => Promise<ExitStatus | null> | ExitStatus | null,
): Command {
  return command.option("--json", "one JSON document on stdout").action(async () => {
    const options = command.opts<Options>();
    const out = new Output(cli.context, options.json === true);
    try {
      cli.exit = await perform({ args: command.args, options, out });
    } catch (error) {
      if (isBug(error)) throw error;
      out.failure(error);
      cli.exit = exitStatusOf(error);
    }
  });
}

/** A command that works on deliveries: over HTTP, or straight on Redis. */
export function withConnection<Options extends JsonOption>(
  {
    command,
    cli,
    patienceMs,
  }: { readonly command: Command; readonly cli: Cli; readonly patienceMs?: number | undefined },
  perform: (task: ConnectionTask<Options & ConnectOptions>) => Promise<ExitStatus>,
): Command {
  const group = "Where:";
  command
    .addOption(
      new Option("--url <url>", "the API (default: BIDA_URL, or http://127.0.0.1:8080)").helpGroup(group),
    )
    .addOption(
      new Option("--key-file <file>", "a file that holds the API key (default: BIDA_KEY)").helpGroup(group),
    )
    .addOption(
      new Option("--redis <url>", "without an API: straight on this Redis; `config` for the configured one")
        .conflicts(["url", "keyFile"])
        .helpGroup(group),
    )
    .addOption(new Option("--config <file>", "the configuration, for --redis").helpGroup(group));
  return onThisMachine<Options & ConnectOptions>({ command, cli }, async (task) => {
    const connection = await cli.context.openConnection({
      ...task.options,
      patienceMs,
      onWait: task.out.waiting(),
    });
    try {
      return await perform({ ...task, client: connection.client, where: connection.where });
    } finally {
      await connection.close();
    }
  });
}

/** Whether the error is a bug in Bida, rather than a refusal or a wrong flag. */
export function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** Examples at the end of a command's help. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText("after", () => {
    const title = command.createHelp().styleTitle("Examples:");
    return `\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`;
  });
}
