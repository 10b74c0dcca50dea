/**
 * The configuration: check it, print it without its secrets, print its JSON schema.
 */
import type { Command } from "commander";
import { examples, onThisMachine, type Cli, type JsonOption } from "../cli.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Output } from "../output.ts";
import type { ConfigVerdict } from "../environment.ts";

type ConfigOptions = JsonOption & { readonly config?: string };

export function addConfig(program: Command, cli: Cli): void {
  const config = program.command("config").description("the configuration");
  addCheck(config, cli);
  addPrint(config, cli);
  addInit(config, cli);
  const schema = config
    .command("schema")
    .description("print the JSON schema of the configuration, for editors");
  onThisMachine<JsonOption>({ command: schema, cli }, async ({ options, out }) => {
    const schema = await cli.context.config.schema();
    if (options.json === true) out.json(schema);
    else out.data(JSON.stringify(schema, null, 2));
    return EXIT.ok;
  });
  examples(schema, [
    "bida config schema > bida.schema.json",
    "# and in bida.yaml:  # yaml-language-server: $schema=./bida.schema.json",
  ]);
}

function addCheck(config: Command, cli: Cli): void {
  const command = config
    .command("check")
    .description("check the configuration, and name each error and its place")
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml");
  onThisMachine<ConfigOptions>({ command, cli }, async ({ options, out }) => {
    const verdict = await cli.context.config.check(options.config);
    const { path, problems, summary } = verdict;
    if (out.isJson) out.json({ path, ok: problems.length === 0, problems });
    else if (problems.length === 0)
      out.data(`${path}${out.language === "zh" ? "：" : ": "}${out.inWords(summary)}`);
    else tell(verdict, out);
    return exitStatusOf(verdict);
  });
  examples(command, ["bida config check --config /etc/bida/bida.yaml"]);
}

function addPrint(config: Command, cli: Cli): void {
  const command = config
    .command("print")
    .description("print the effective configuration, with all defaults and without secrets")
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml");
  onThisMachine<ConfigOptions>({ command, cli }, async ({ options, out }) => {
    const verdict = await cli.context.config.print(options.config);
    if (verdict.problems.length > 0) tell(verdict, out);
    else if (out.isJson) out.json(verdict.value);
    else out.data(verdict.yaml ?? "");
    return exitStatusOf(verdict);
  });
  examples(command, ["bida config print", "bida config print --json | jq .accounts"]);
}

function addInit(config: Command, cli: Cli): void {
  const command = config
    .command("init")
    .description("write a first configuration, with comments")
    .option("--config <file>", "default: BIDA_CONFIG, or bida.yaml")
    .option("--force", "overwrite an existing file");
  onThisMachine<ConfigOptions & { force?: boolean }>({ command, cli }, async ({ options, out }) => {
    const path = await cli.context.config.init(options.config, options.force === true);
    if (out.isJson) out.json({ path });
    else out.data(path);
    out.say("Put the secrets that it names into the environment, then: bida config check, bida doctor.");
    return EXIT.ok;
  });
  examples(command, ["bida config init", "bida config init --config /etc/bida/bida.yaml"]);
}

function tell({ path, problems }: ConfigVerdict, out: Output): void {
  for (const { line, field, detail } of problems)
    out.remark(
      [line === null ? path : `${path}:${line}`, ...(field === "" ? [] : [field]), detail].join(": "),
    );
}

function exitStatusOf({ problems }: ConfigVerdict): ExitStatus {
  return problems.length === 0 ? EXIT.ok : EXIT.failed;
}
