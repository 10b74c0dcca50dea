/** Several workers of one process are as ready as the least ready of them. */
import { expect, it } from "vitest";
import { runningWorker, together, type RunningWorker } from "../../../src/app/running-worker.ts";

function aWorker(parts: {
  readonly complaints?: readonly string[];
  readonly remarks?: readonly string[];
}): RunningWorker {
  return runningWorker({
    complaints: () => parts.complaints ?? [],
    remarks: () => parts.remarks ?? [],
    stop: async () => undefined,
  });
}

it("a remark of one is reported, and makes none of them unready", () => {
  const both = together([aWorker({ remarks: ["account old has left"] }), aWorker({})]);

  expect(both.readiness()).toEqual({ ready: true, reasons: ["account old has left"] });
});

it("a complaint of one makes all unready", () => {
  const both = together([aWorker({}), aWorker({ complaints: ["Redis refuses writes"] })]);

  expect(both.readiness()).toEqual({ ready: false, reasons: ["Redis refuses writes"] });
});
