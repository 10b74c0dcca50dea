/**
 * Readiness means progress: a worker whose sends never leave is not ready.
 */
import { expect, it } from "vitest";
import { LateSends } from "../../../src/app/late-sends.ts";
import { SendGuard } from "../../../src/platforms/http/send-guard.ts";

const DEPART_WITHIN_MS = 5_000;

function aWorker() {
  let now = 0;
  const lateSends = new LateSends(() => now);
  /** A send that waits so long before it would leave. */
  const send = (waitsMs: number): void => {
    const guard = new SendGuard(DEPART_WITHIN_MS, { monotonic: () => now, wall: () => now });
    now += waitsMs;
    guard.leave();
    lateSends.note(guard);
  };
  return { lateSends, send, pass: (ms: number) => void (now += ms) };
}

it("complains when three sends in a row could not leave, until one leaves", () => {
  const { lateSends, send } = aWorker();
  send(6_000);
  send(6_000);
  expect(lateSends.complaint).toBeNull();

  send(6_000);
  expect(lateSends.complaint).toMatch(/last 3 sends could not leave in time/);

  send(100);
  expect(lateSends.complaint).toBeNull();
});

it.each([
  ["was barred", (guard: SendGuard) => void (guard.bar() || guard.leave())],
  ["found no connection to the platform", () => undefined],
])("a send that %s says nothing, however late it is", (_why, happen) => {
  let now = 0;
  const lateSends = new LateSends(() => now);
  for (let sends = 0; sends < 5; sends += 1) {
    const guard = new SendGuard(DEPART_WITHIN_MS, { monotonic: () => now, wall: () => now });
    now += 6_000;
    happen(guard);
    lateSends.note(guard);
  }

  expect(lateSends.complaint).toBeNull();
});

it("what was noticed counts for a minute without sends", () => {
  const { lateSends, send, pass } = aWorker();
  for (let sends = 0; sends < 3; sends += 1) send(6_000);

  pass(61_000);

  expect(lateSends.complaint).toBeNull();
});
