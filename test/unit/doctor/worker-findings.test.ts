/** A fleet whose workers are all gone is not well, also while nothing is overdue. */
import { expect, it } from "vitest";
import { workerFindings } from "../../../src/doctor/worker-findings.ts";

const worker = { role: "delivery", host: "a", pid: 7, reasons: [], configDigest: "a1" } as const;

it("reports that no worker runs, also where an API runs", () => {
  expect(workerFindings([{ ...worker, role: "api" }], "a1")).toMatchObject([
    { about: "workers", verdict: "warning", mend: "Start a worker: bida worker" },
  ]);
});

it("reports how many workers run, and which of them are not ready", () => {
  expect(workerFindings([worker], "a1")).toMatchObject([
    { verdict: "ok", found: "one process sends and confirms" },
  ]);
  expect(workerFindings([worker, { ...worker, pid: 8, reasons: ["it is stopping"] }], "a1")).toMatchObject([
    { verdict: "warning", found: "delivery on a, process 8, is not ready: it is stopping" },
    { verdict: "ok", found: "2 processes send and confirm" },
  ]);
});

it("names the processes that have not read the configuration as it is now", () => {
  const before = { ...worker, configDigest: "b2" };

  expect(workerFindings([worker, before, { ...before, role: "api", pid: 8 }], "a1")).toMatchObject([
    { verdict: "ok" },
    {
      verdict: "warning",
      found: "2 processes run with another configuration than this one: delivery a 7, api a 8",
      mend: expect.stringContaining("config.refused") as string,
    },
  ]);
});
