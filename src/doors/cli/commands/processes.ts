/**
 * Bida's processes, each in the foreground until a signal ends it.
 */
import type { Command } from "commander";
import { examples, onThisMachine, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, UsageError } from "../exit-status.ts";
import { decimal, wholeNumber } from "../flags.ts";
import type { ProcessName } from "../environment.ts";

const CONFIGURED: readonly (readonly [Exclude<ProcessName, "sandbox" | "intake">, string])[] = [
  ["worker", "send deliveries and confirm them"],
  ["callback", "tell producers that their deliveries have ended"],
  ["api", "the HTTP API"],
  ["mirror", "turn messages of one platform into todos of another"],
  ["outbox", "relay orders that business systems write into tables of their databases"],
];

export function addProcesses(program: Command, cli: Cli): void {
  for (const [name, description] of CONFIGURED) {
    const command = program
      .command(name)
      .description(description)
      .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml")
      .action(async ({ config }: { config?: string }) => {
        await cli.context.run(name, config === undefined ? [] : ["--config", config]);
        cli.exit = null;
      });
    examples(command, [`bida ${name} --config bida.yaml`]);
  }
  addSandbox(program, cli);
  addUp(program, cli);
}

function addSandbox(program: Command, cli: Cli): void {
  const command = program
    .command("sandbox")
    .description("pretend platforms that misbehave on request; prints where they listen, in JSON")
    .option("--port <number>", "default: any free port", wholeNumber(0, 65_535))
    .option("--host <host>", "default: 127.0.0.1")
    .option(
      "--time-scale <number>",
      "0.1 makes the platforms' time run ten times as fast",
      decimal(0.001, 100),
    )
    .option("--seed <number>", "the seed of the misbehaviour")
    .action(async (options: Readonly<Record<string, string | number>>) => {
      const flags = { port: "--port", host: "--host", timeScale: "--time-scale", seed: "--seed" };
      const args = Object.entries(flags).flatMap(([name, flag]) =>
        options[name] === undefined ? [] : [flag, String(options[name])],
      );
      await cli.context.run("sandbox", args);
      cli.exit = null;
    });
  examples(command, ["bida sandbox --port 9001 --time-scale 0.1"]);
}

function addUp(program: Command, cli: Cli): void {
  const command = program
    .command("up")
    .description("everything in one process, without any configuration: Redis, sandbox, worker, API")
    .option("--config <file>", "these accounts instead of the sandbox; a private Redis if it names none")
    .option("--port <number>", "of the API (default: 8080, or any free one)", wholeNumber(0, 65_535))
    .option(
      "--sample",
      "filled with deliveries that went wrong, to look at in the console; only with the sandbox",
    );
  onThisMachine<JsonOption & { config?: string; port?: number; sample?: boolean }>(
    { command, cli },
    async ({ options: { config, port, sample }, out }) => {
      if (sample === true && config !== undefined)
        throw new UsageError("--sample: it is for the sandbox, never for accounts of your own");
      await cli.context.up({ config, port, sample, json: out.isJson });
      return EXIT.ok;
    },
  );
  examples(command, ["bida up", "bida up --sample", "bida up --config bida.yaml --port 9090"]);
}
