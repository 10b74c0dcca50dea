/**
 * The systemd units: valid by systemd's own word where it is here, confined, and drained within its patience.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { LEAVE_WITHIN_MS } from "../../src/app/lifecycle.ts";

const FOLDER = fileURLToPath(new URL("../../deploy/systemd/", import.meta.url));
const units = readdirSync(FOLDER);
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

it.each(units)("%s ends Node alone, waits longer than it drains, and confines it", (unit) => {
  const text = readFileSync(`${FOLDER}${unit}`, "utf8");
  const setting = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1];

  expect(setting("KillMode")).toBe("mixed");
  expect(Number(setting("TimeoutStopSec")) * 1_000).toBeGreaterThan(LEAVE_WITHIN_MS);
  expect(setting("ExecStart")).toMatch(
    /^\/usr\/bin\/env node \/opt\/bida\/bin\/bida\.mjs (api|worker|intake run|callback|mirror|outbox)$/,
  );
  expect([setting("NoNewPrivileges"), setting("ProtectSystem"), setting("User")]).toEqual([
    "yes",
    "strict",
    "bida",
  ]);
});

it("each unit has ports of its own", () => {
  const ports = units.flatMap((unit) =>
    [...readFileSync(`${FOLDER}${unit}`, "utf8").matchAll(/_PORT=(\S+)/g)].map(([, port]) => port),
  );

  expect(new Set(ports).size).toBe(ports.length);
});

it.runIf(hasSystemd)("systemd finds nothing wrong with them", () => {
  const paths = units.map((unit) => `${FOLDER}${unit}`);
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", ...paths], { encoding: "utf8" });

  expect([status, stdout, stderr]).toEqual([0, "", ""]);
});
