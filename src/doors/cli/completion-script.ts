/**
 * The completion scripts: a table of words for each command, and a few lines of shell that use it.
 */
import type { Command } from "commander";

export const SHELLS = ["bash", "zsh"] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, program: Command): string {
  const words = wordsByPath(program, []);
  const values = valuesByFlag(program, []);
  switch (shell) {
    case "bash":
      return BASH.replace("@WORDS@", cases(words, "words")).replace("@VALUES@", cases(values, "words"));
    case "zsh":
      return ZSH.replace("@WORDS@", cases(words, "found")).replace("@VALUES@", cases(values, "found"));
  }
}

type Words = readonly (readonly [string, readonly string[]])[];

function wordsByPath(command: Command, path: readonly string[]): Words {
  const flags = command.options.flatMap(({ long, hidden }) => (long === undefined || hidden ? [] : [long]));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const words = [...command.commands.map((one) => one.name()), ...choices, ...flags, "--help"];
  return [
    [path.join(" "), words],
    ...command.commands.flatMap((one) => wordsByPath(one, [...path, one.name()])),
  ];
}

/** The values that may follow each flag; where there are none, a file name is completed. */
function valuesByFlag(command: Command, path: readonly string[]): Words {
  const own = command.options.flatMap(({ long, argChoices, required, optional }): Words => {
    if (long === undefined || !(required || optional)) return [];
    return [[`${path.join(" ")} ${long}`.trim(), argChoices ?? []]];
  });
  return [...own, ...command.commands.flatMap((one) => valuesByFlag(one, [...path, one.name()]))];
}

function cases(words: Words, name: string): string {
  return words.map(([path, list]) => `    "${path}") ${name}="${list.join(" ")}" ;;`).join("\n");
}

/** The part that both shells share. */
const LOOKUPS = `_bida_words() {
  case "$1" in
@WORDS@
    *) return 1 ;;
  esac
}
_bida_values() {
  case "$1" in
@VALUES@
    *) return 1 ;;
  esac
}
`;

/** The path consists of the words that are commands: flags and ids in between are ignored. */
const BASH = `# bash completion for bida
${LOOKUPS}_bida() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    _bida_words "\${path:+$path }$word" && path="\${path:+$path }$word"
  done
  words=""
  if _bida_values "\${path:+$path }$previous"; then
    if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
    return
  fi
  _bida_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _bida bida
`;

const ZSH = `#compdef bida
${LOOKUPS}_bida() {
  local place="" found="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if _bida_words "\${place:+$place }$word"; then place="\${place:+$place }$word"; fi
  done
  found=""
  if _bida_values "\${place:+$place }\${words[CURRENT-1]}"; then
    if [[ -n $found ]]; then compadd -- \${=found}; else _files; fi
    return
  fi
  _bida_words "$place"
  compadd -- \${=found}
}
if [[ \${funcstack[1]} = _bida ]]; then _bida "$@"; else compdef _bida bida; fi
`;
