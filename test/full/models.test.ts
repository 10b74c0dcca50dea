/**
 * The model of a delivery and its leases (docs/models/delivery.pml) is searched where Spin is installed: it holds with
 * the rules of the design, and fails without one of them. `docs/models/all.sh` searches every configuration.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const MODELS = fileURLToPath(new URL("../../docs/models", import.meta.url));
const hasSpin = spawnSync("spin", ["-V"]).status === 0 && spawnSync("gcc", ["--version"]).status === 0;
const RULES = ["-DEND_AFTER_LAG", "-DLATE_TO_CONFIRM", "-DREPLAY_LAG"];

describe.runIf(hasSpin)("the model of a delivery", () => {
  it.each([
    ["HOLDS", []],
    ["FAILS", ["-DCANCEL_EXPIRED"]],
    ["FAILS", ["-DHANDBACK_RACE"]],
    ["FAILS", ["-DCOUNT_AT_SAVE"]],
  ])("%s with %j", (verdict, switches) => {
    const { stdout } = spawnSync("sh", ["try.sh", "delivery.pml", ...RULES, ...switches], {
      cwd: MODELS,
      encoding: "utf8",
    });

    expect(stdout.split("\n")[0]).toContain(verdict);
  });
});
