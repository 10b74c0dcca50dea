/**
 * The demo as the README promises it: one command, one verdict, and nothing left behind.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readings } from "../../src/sandbox/readings.ts";
import { eventually } from "../support/eventually.ts";
import { descendants, isAlive, type Proc } from "../support/process-tree.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUN = fileURLToPath(new URL("../../src/dev/demo/run.ts", import.meta.url));

it("prints one JSON document with nothing lost and nothing twice, and ends with 0", async () => {
  const args = ["run", "--silent", "demo", "--", "--deliveries", "12", "--json"];
  const child = spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });

  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);

  // Without JSON the command did not come to a report: its words say why.
  const report: unknown = stdout === "" ? stderr : JSON.parse(stdout);
  expect(report).toMatchObject({
    accepted: 12,
    lost: 0,
    unfinished: 0,
    duplicates: 0,
    lies: 0,
    promisesKept: true,
  });
  expect(status).toBe(0);
  // Each way in which a document can be read, but for somebody else's task, and for two meanings of queryByDay.
  const ways = readings.reduce((sum, { ways }) => sum + ways.length, 0);
  expect((JSON.parse(stdout) as { readings: string[] }).readings).toHaveLength(ways - 3);
}, 250_000);

it("ends with 130 after Ctrl-C in the middle, and leaves no process and no file behind", async () => {
  // A group of its own, as a terminal gives it one: Ctrl-C goes to the whole group.
  const child = spawn(process.execPath, [RUN, "--deliveries", "1200", "--json"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("it did not start");
  let started: readonly Proc[] = [];
  let said = "";
  child.stderr.on("data", (words: Buffer) => (said += words.toString()));
  const stdout = text(child.stdout);
  const exited = once(child, "exit") as Promise<[number | null]>;
  try {
    await eventually(
      () => said,
      (words) => words.includes("Enqueued"),
    );
    started = descendants(pid);
    expect(partsIn(started)).toHaveLength(2);
    process.kill(-pid, "SIGINT");

    const [status] = await exited;

    expect({ status, said }).toMatchObject({ status: 130 });
    expect(await stdout).toBe("");
    // What watches over the private Redis ends right after it, and removes its files.
    await expect.poll(() => started.filter(isAlive), { timeout: 60_000 }).toEqual([]);
    expect(existsSync(directoryOf(started))).toBe(false);
  } finally {
    // What it should have stopped itself.
    for (const left of [...started, ...descendants(pid)].filter(isAlive)) process.kill(left.pid, "SIGKILL");
    if (started.length > 0) rmSync(directoryOf(started), { recursive: true, force: true });
    if (child.exitCode === null) child.kill("SIGKILL");
  }
});

/** The sandbox and the worker; Redis may be a container. */
function partsIn(found: readonly Proc[]): readonly Proc[] {
  return found.filter(({ command }) => /workers\/sandbox\.ts|demo\/worker\.ts/.test(command.join(" ")));
}

/** The demo's configuration lies in its Redis' directory. */
function directoryOf(found: readonly Proc[]): string {
  const worker = found.find(({ command }) => command.includes("--config"));
  const file = worker?.command[worker.command.indexOf("--config") + 1];
  if (file === undefined) throw new Error("no worker was seen");
  expect(dirname(file)).toContain("bida-redis-");
  return dirname(file);
}
