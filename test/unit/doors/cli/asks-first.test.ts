/** Before many are acted on, a person is told how many they are, and is asked. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { CliEnvironment } from "../../../../src/doors/cli/environment.ts";
import { runCli } from "../../../../src/doors/cli/program.ts";

const COUNTED_AT = "2026-11-27T06:00:00.000Z";
const action = { id: "a1", kind: "replay", status: "done", matched: 4990, failed: 0, skipped: 0, done: 0 };

interface Asked {
  readonly status: number | null;
  readonly said: string;
  readonly orders: readonly unknown[];
}

async function replay(answer: string | null, args: readonly string[] = []): Promise<Asked> {
  const isTTY = answer !== null;
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  let said = "";
  stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const orders: object[] = [];
  const replayMany = async (order: { readonly dryRun?: boolean }): Promise<object> => {
    orders.push(order);
    if (answer !== null) stdin.write(answer);
    return { ...action, dryRun: order.dryRun ?? false, since: null, startedAt: COUNTED_AT };
  };
  const context = {
    stdin,
    stdout: new PassThrough(),
    stderr,
    now: () => 0,
    version: "0",
    language: "zh",
    untilInterrupted: () => ({ signal: new AbortController().signal, forget: () => undefined }),
    openConnection: async () => ({ client: { deadLetters: { replayMany } }, close: async () => undefined }),
  };
  const command = ["dead", "replay", "--reason", "rejected", ...args];
  const status = await runCli(command, context as unknown as CliEnvironment);
  return { status, said, orders };
}

it("counts them, asks in the person's language, and takes nothing that came after the count", async () => {
  const { said, orders } = await replay("y\n");

  expect(said).toContain("重投 4990 条死信（--reason rejected）？ [y/N]");
  expect(orders).toEqual([
    { filter: { reason: "rejected" }, dryRun: true },
    { filter: { reason: "rejected", until: COUNTED_AT }, dryRun: false },
  ]);
});

it("does nothing but count where the answer is no", async () => {
  const { status, orders } = await replay("n\n");

  expect(status).toBe(1);
  expect(orders).toEqual([{ filter: { reason: "rejected" }, dryRun: true }]);
});

it("says what to add where nobody can be asked, and does not ask with --yes", async () => {
  expect(await replay(null)).toEqual({
    status: 2,
    said: expect.stringMatching(/^--yes：没有终端可以询问/) as string,
    orders: [],
  });
  expect((await replay(null, ["--yes"])).orders).toEqual([{ filter: { reason: "rejected" }, dryRun: false }]);
});
