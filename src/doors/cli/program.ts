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
import { addStats, addWatch, addWorkers } from "./commands/fleet.ts";
import { addForget } from "./commands/forget.ts";
import { addIntake } from "./commands/intake.ts";
import { addKey } from "./commands/key.ts";
import { addList } from "./commands/list.ts";
import { addProcesses } from "./commands/processes.ts";
import { addSend } from "./commands/send.ts";
import { addSlo } from "./commands/slo.ts";
import { addStatus } from "./commands/status.ts";
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
      addStats,
      addSlo,
      addWatch,
      addForget,
    ],
  ],
  ["Setting up:", [addKey, addConfig, addDoctor, addCompletion]],
  ["Processes:", [addProcesses, addIntake]],
] as const;

const CLOSING = `
Data goes to stdout, everything else to stderr; --json gives one JSON document (or one a line).
Exit status: 0 done, 1 failed, 2 wrong command line, 3 not found, 4 not allowed, 5 partly done,
130 stopped by Ctrl-C.

Environment:
  BIDA_URL     where the API is (default: http://127.0.0.1:8080)
  BIDA_KEY     the API key
  BIDA_CONFIG  the configuration (default: bida.yaml)

Start with:
  bida up                                  everything, on this machine, without any configuration
  bida send --help                         how to send
  bida dead groups                         what to mend first, at night
`;

/** Resolves with the exit status; null when a process of Bida goes on until a signal ends it. */
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
  const program = new Command("bida")
    .description("Delivers todos and schedules, and keeps asking until each one is proven to be there.")
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .configureHelp({ displayWidth: stringWidth })
    .showHelpAfterError("(--help shows what there is)")
    .helpCommand(false)
    .addHelpText("after", CLOSING);
  for (const [heading, adds] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of adds) add(program, cli);
  }
  return program;
}
