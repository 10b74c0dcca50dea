/**
 * Completion for shells, generated from the commands themselves.
 */
import { Argument, type Command } from "commander";
import { examples, type Cli } from "../cli.ts";
import { completionScript, SHELLS, type Shell } from "../completion-script.ts";
import { EXIT } from "../exit-status.ts";
import { Output } from "../output.ts";

export function addCompletion(program: Command, cli: Cli): void {
  const command = program
    .command("completion")
    .description("print a completion script for your shell")
    .addArgument(new Argument("<shell>", "which one").choices(SHELLS))
    .action((shell: Shell) => {
      new Output(cli.context, false).data(completionScript(shell, program));
      cli.exit = EXIT.ok;
    });
  examples(command, [
    "bida completion bash > ~/.local/share/bash-completion/completions/bida",
    'bida completion zsh > "${fpath[1]}/_bida"',
  ]);
}
