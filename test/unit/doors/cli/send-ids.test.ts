import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import type { CliEnvironment } from "../../../../src/doors/cli/environment.ts";
import { runCli } from "../../../../src/doors/cli/program.ts";
import { fake } from "../../../support/fake.ts";
import { aKeyboard, aTerminal } from "../../../support/terminal.ts";
import type { Connection } from "../../../../src/doors/cli/connection.ts";

async function sent(args: readonly string[], isTTY: boolean): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const stdin = new PassThrough();
  stdin.end('{"account":"yzj","operation":"todo.create","payload":{}}\n'.repeat(3));
  const client = fake<Connection["client"]>({
    sendBatch: async (orders) =>
      orders.map((_, index) => ({ status: 201, id: `d-${index}`, result: "created" })),
  });
  const environment = fake<CliEnvironment>({
    stdin: aKeyboard(stdin),
    version: "1",
    stdout: aTerminal(stdout),
    stderr: aTerminal(new PassThrough()),
    language: "en",
    untilInterrupted: () => ({ signal: new AbortController().signal, forget: () => undefined }),
    openConnection: async () => fake<Connection>({ client, where: "here", close: async () => undefined }),
  });
  expect(await runCli(["send", ...args], environment)).toBe(0);
  stdout.end();
  return text(stdout);
}

it.each<[string, readonly string[], boolean, string]>([
  ["to a file or a program", [], false, "d-0\nd-1\nd-2\n"],
  ["to nobody on a terminal", [], true, ""],
  ["to a terminal that wants them", ["--ids"], true, "d-0\nd-1\nd-2\n"],
])("the ids of many lines go %s", async (_where, args, isTTY, expected) => {
  expect(await sent(args, isTTY)).toBe(expected);
});
