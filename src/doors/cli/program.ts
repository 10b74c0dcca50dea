/**
 * The command line (ARCHITECTURE section 9).
 */
import { Command, CommanderError } from "commander";
import stringWidth from "string-width";
import type { Cli } from "./cli.ts";
import { addAccounts } from "./commands/accounts.ts";
import { addAction, addAudit } from "./commands/audit.ts";
import { addActions, addLanes, addSearch } from "./commands/search.ts";
import { addSessions } from "./commands/sessions.ts";
import { addCancel } from "./commands/cancel.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConfig } from "./commands/config.ts";
import { addDead } from "./commands/dead/dead.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addStats, addSystem, addWatch, addWorkers } from "./commands/fleet.ts";
import { addForget } from "./commands/forget.ts";
import { addIntake } from "./commands/intake.ts";
import { addKey } from "./commands/key.ts";
import { addList } from "./commands/list.ts";
import { addProcesses } from "./commands/processes.ts";
import { addSend } from "./commands/send.ts";
import { addSlo } from "./commands/slo.ts";
import { addStatus } from "./commands/status.ts";
import type { Language } from "../../language/language.ts";
import { inLanguage } from "../../language/say.ts";
import { EXIT, type ExitStatus } from "./exit-status.ts";
import type { CliEnvironment } from "./environment.ts";

const GROUPS = [
  ["Deliveries:", [addSend, addStatus, addList, addCancel]],
  [
    "Operations:",
    [
      addDead,
      addAccounts,
      addAction,
      addActions,
      addAudit,
      addSearch,
      addLanes,
      addSessions,
      addWorkers,
      addSystem,
      addStats,
      addSlo,
      addWatch,
      addForget,
    ],
  ],
  ["Setting up:", [addKey, addConfig, addDoctor, addCompletion]],
  ["Processes:", [addProcesses, addIntake]],
] as const;

const CLOSING: Readonly<Record<Language, string>> = {
  en: `
Data goes to stdout, everything else to stderr; --json gives one JSON document (or one a line).
Exit status: 0 done, 1 failed, 2 wrong command line, 3 not found, 4 not allowed, 5 partly done,
130 stopped by Ctrl-C.

Options stand after the command: bida config check --config other.yaml

Environment:
  BIDA_URL     where the API is (default: http://127.0.0.1:8080)
  BIDA_KEY     the API key
  BIDA_CONFIG  the configuration (default: bida.yaml)
  BIDA_LANG    zh or en (default: as LC_ALL, LC_MESSAGES or LANG say)

Start with:
  bida up                                  everything, on this machine, without any configuration
  bida send --help                         how to send
  bida dead groups                         what to mend first, at night
`,
  zh: `
数据写到标准输出，其余写到标准错误；--json 给出一个 JSON 文档（或每行一个），不随语言变化。
退出状态：0 完成，1 失败，2 命令行有误，3 未找到，4 无权限，5 部分完成，130 被 Ctrl-C 中断。

选项写在命令之后：bida config check --config other.yaml

环境变量：
  BIDA_URL     API 地址（默认：http://127.0.0.1:8080）
  BIDA_KEY     API 密钥
  BIDA_CONFIG  配置文件（默认：bida.yaml）
  BIDA_LANG    zh 或 en（默认：按 LC_ALL、LC_MESSAGES 或 LANG）

从这里开始：
  bida up                                  不需要任何配置，在本机启动全部
  bida send --help                         如何发送
  bida dead groups                         夜里先处理哪些
`,
};

/**
 * Runs a command. Resolves with the exit status; null if it has started a process that goes on until a signal
 * ends it.
 */
export async function runCli(args: readonly string[], context: CliEnvironment): Promise<ExitStatus | null> {
  const cli: Cli = { context, exit: EXIT.ok };
  const program = programFor(cli);
  try {
    await program.parseAsync(args, { from: "user" });
    return cli.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

function programFor(cli: Cli): Command {
  const { context } = cli;
  const inWords = (text: string): string => inLanguage(text, context.language);
  const program = new Command("bida")
    .description("Delivers todos and schedules, and checks each one until it is proven to be there.")
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(inWords(text)),
    })
    .configureHelp({
      displayWidth: stringWidth,
      styleTitle: inWords,
      styleDescriptionText: (text) => describedIn(text, inWords),
    })
    .showHelpAfterError(inWords("(--help shows what there is)"))
    .helpCommand(false)
    .addHelpText("after", CLOSING[context.language]);
  for (const [heading, adds] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of adds) add(program, cli);
  }
  return program;
}

/** Translates the description of a flag, which commander follows with its choices and default. */
function describedIn(text: string, inWords: (text: string) => string): string {
  const whole = inWords(text);
  if (whole !== text) return whole;
  const [, said = text, values = ""] = /^(.*?)( \((?:choices|default): .*\))?$/s.exec(text) ?? [];
  return `${inWords(said)}${values}`;
}
