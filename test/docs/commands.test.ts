/**
 * What the documentation tells a reader to type is there: `npm run full` also runs it
 * (test/full/documented.test.ts).
 */
import { existsSync, readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { CliEnvironment } from "../../src/doors/cli/environment.ts";
import { runCli } from "../../src/doors/cli/program.ts";
import {
  documentedCommands,
  mentionedCommands,
  unusedReasons,
  whyNotRun,
} from "../support/documented-commands.ts";
import { fake } from "../support/fake.ts";
import { aTerminal } from "../support/terminal.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as {
  scripts: Record<string, string>;
};

const known = new Map<string, Promise<string>>();

async function helpOf(words: readonly string[]): Promise<string> {
  const path = words.join(" ");
  const help = known.get(path) ?? askForHelp(words);
  known.set(path, help);
  return help;
}

async function askForHelp(words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const environment = fake<CliEnvironment>({
    stdout: aTerminal(stdout),
    stderr: aTerminal(new PassThrough()),
    now: () => 0,
    version: "0",
    language: "en",
  });
  await runCli([...words, "--help"], environment);
  return Buffer.concat(chunks).toString();
}

/** Its words up to what stands for something of the reader's own; its flags wherever they are. */
async function unknownIn(rest: string): Promise<string[]> {
  const words = rest.split(/\s+/);
  const path: string[] = [];
  for (const word of words.filter((one) => !one.startsWith("--"))) {
    if (!/^[a-z][a-z-]*$/.test(word)) break;
    const usage = (await helpOf([...path, word])).split("\n")[0] ?? "";
    const isCommand = usage.split(/[ |]/).includes(word);
    // What is no command is an argument, of a command that takes one.
    if (!isCommand && path.length > 0 && !usage.includes("[command]")) break;
    if (!isCommand) return [word];
    path.push(word);
  }
  // Of a group's flags, those of what it does without a further word.
  const helps = await Promise.all([path, [...path, "run"], [...path, "ls"]].map(helpOf));
  const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split("=")[0] ?? "");
  return flags.filter((flag) => flag !== "--help" && !helps.some((help) => help.includes(flag)));
}

describe("the commands of the documentation", () => {
  it("are found, so that no page passes unseen because it is written differently", () => {
    expect(documentedCommands().length).toBeGreaterThan(90);
    expect(mentionedCommands().length).toBeGreaterThan(60);
  });

  it("that no test runs are listed with a reason, and no reason is left over", () => {
    const listed = documentedCommands().filter(({ command }) => whyNotRun(command) !== null);

    expect(unusedReasons()).toEqual([]);
    expect(listed.length).toBeLessThan(60);
  });

  it("name tests that exist where another test runs them", () => {
    const named = documentedCommands().flatMap(({ command }) => [
      ...(whyNotRun(command) ?? "").matchAll(/test\/[\w/-]+\.test\.ts/g),
    ]);

    expect(named.map(([path]) => path).filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it("name scripts, commands and flags that exist, also within a sentence", async () => {
    const unknown: string[] = [];
    for (const { page, command } of [...documentedCommands(), ...mentionedCommands()]) {
      const [, script] = /^npm run ([\w:-]+)/.exec(command) ?? [];
      if (script !== undefined && scripts[script] === undefined) unknown.push(`${page}: ${command}`);
      const [, rest] = /^(?:npx )?bida ([^|<>]*)/.exec(command) ?? [];
      if (rest !== undefined)
        unknown.push(...(await unknownIn(rest)).map((word) => `${page}: ${command}: ${word}`));
    }

    expect([...new Set(unknown)]).toEqual([]);
  });
});
