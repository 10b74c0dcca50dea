/**
 * The models of docs/models are true to the code: the numbers hold, and where Spin is installed the small
 * models are searched again.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../src/delivery/policy.ts";
import { brokenInequalities, SEND_TIMES, type SendTimes } from "../../src/pipeline/send-times.ts";

const MODELS = fileURLToPath(new URL("../../docs/models", import.meta.url));
const hasSpin = spawnSync("spin", ["-V"]).status === 0 && spawnSync("gcc", ["--version"]).status === 0;

describe("what must hold between the times of a lease", () => {
  it("holds as designed", () => {
    expect(brokenInequalities(SEND_TIMES, DEFAULT_POLICY.visibilityLagMs)).toEqual([]);
  });

  const broken: [string, Partial<SendTimes>, number][] = [
    ["policy.visibilityLagMs is 9999", {}, 9_999],
    ["before its lease can be taken over", { departWithinMs: 10_000 }, 60_000],
    ["the time to connect", { connectMs: 5_000 }, 60_000],
    ["renewed before it runs out", { renewEveryMs: 5_000 }, 60_000],
    ["a worker that drains", { drainMs: 14_000 }, 60_000],
  ];

  it.each(broken)("is reported where it does not: %s", (words, times, visibilityLagMs) => {
    expect(brokenInequalities({ ...SEND_TIMES, ...times }, visibilityLagMs)).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe.runIf(hasSpin)("the small models", () => {
  it.each([
    ["HOLDS", "claims.pml", []],
    ["FAILS", "claims.pml", ["-DRECEIPT_WINS"]],
    ["HOLDS", "wake.pml", ["-DLOOKS", "-DRING_LOST", "-DSTOPS"]],
    ["FAILS", "wake.pml", ["-DLOST=0", "-DRING_LOST"]],
  ])("%s %s %j", (verdict, model, switches) => {
    const { stdout } = spawnSync("sh", ["try.sh", model, ...switches], { cwd: MODELS, encoding: "utf8" });

    expect(stdout.split("\n")[0]).toContain(verdict);
  });
});
