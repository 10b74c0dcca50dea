/** A fleet whose workers are all gone is not well, also while nothing is overdue. */
import { expect, it } from "vitest";
import { workerFindings } from "../../../src/doctor/worker-findings.ts";

const worker = { role: "delivery", host: "a", pid: 7, reasons: [] } as const;

it("reports that no worker runs, also where an API runs", () => {
  expect(workerFindings([{ ...worker, role: "api" }])).toMatchObject([
    { about: "workers", verdict: "warning", mend: "Start a worker: bida worker" },
  ]);
});

it("reports how many workers run, and which of them are not ready", () => {
  expect(workerFindings([worker])).toMatchObject([
    { verdict: "ok", found: "one process sends and confirms" },
  ]);
  expect(workerFindings([worker, { ...worker, pid: 8, reasons: ["it is stopping"] }])).toMatchObject([
    { verdict: "warning", found: "delivery on a, process 8, is not ready: it is stopping" },
    { verdict: "ok", found: "2 processes send and confirm" },
  ]);
});
