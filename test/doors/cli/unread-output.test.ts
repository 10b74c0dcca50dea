import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { expect, it } from "vitest";
import { ENTRY } from "./bida-process.ts";

it.runIf(existsSync("/dev/full"))(
  "says in one sentence that its output cannot be written, and ends with 1",
  () => {
    const full = openSync("/dev/full", "w");
    const ended = spawnSync(process.execPath, [ENTRY, "--help"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(ended).toMatchObject({ status: 1, stderr: "What is printed cannot be written (ENOSPC)\n" });
  },
);
