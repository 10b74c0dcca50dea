/**
 * ARCHITECTURE section 1 under fire: workers and Redis are killed, connections are cut, tokens become invalid,
 * the platform misbehaves, and every promise is kept. It runs a few seconds of one seed, so that a broken
 * promise shows in `npm test`; `npm run full` runs seeds of three minutes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { INVARIANTS } from "./invariants/evidence.ts";
import type { Report } from "./report.ts";

const PROGRAM = new URL("run.ts", import.meta.url).pathname;
const MINUTES = "0.1";
/**
 * Its disturbances include revoked tokens, both kinds of kill, a clock step, a cut connection, a promoted
 * replica and the other readings.
 */
const SEED = 18;
/** The chaos and the longest settling: a delivery that is unfinished after that is a breach and not a time-out. */
const LONGEST_MS = 300_000;
const NO_BREACH = Object.fromEntries(INVARIANTS.map((name) => [name, 0]));

async function run(seed: number): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), "bida-chaos-test-"));
  const args = [PROGRAM, "--seed", String(seed), "--minutes", MINUTES, "--json", "--keep", directory];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exited;
  if (out === "") throw new Error(`the program said nothing; its last words: ${err.slice(-2_000)}`);
  const report = JSON.parse(out) as Report;
  // After a breach the files stay for whoever investigates it.
  if (report.kept) rmSync(directory, { recursive: true, force: true });
  return report;
}

it(
  "keeps every promise while processes are killed and connections cut",
  async () => {
    const report = await run(SEED);

    expect(report.breaches).toEqual([]);
    expect(report.invariants).toEqual(NO_BREACH);
    // Their number depends on how busy the machine is.
    expect(report.disturbances).toBeGreaterThan(0);
    expect(report.faults).toBeGreaterThan(0);
    const { stream = 0, queue = 0 } = report.acknowledgedBy;
    expect(stream + queue).toBeGreaterThan(0);
  },
  LONGEST_MS,
);
