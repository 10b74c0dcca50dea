import fc from "fast-check";
import { expect, test } from "vitest";
import { LeaseClock } from "../../../src/queue/lease-clock.ts";
import { SendsFirst } from "../../../src/queue/sends-first.ts";

test("checks wait while more sends are due than there is room for", () => {
  const first = new SendsFirst(3_000);

  expect(first.holdChecks(true, 0)).toBe(true);
  expect(first.holdChecks(true, 2_999)).toBe(true);
  expect(first.holdChecks(false, 2_999)).toBe(false);
});

test("checks run again after three seconds, however long sends are due, and wait once more after twelve", () => {
  const first = new SendsFirst(3_000);
  first.holdChecks(true, 0);

  expect(first.holdChecks(true, 3_000)).toBe(false);
  expect(first.holdChecks(true, 11_999)).toBe(false);
  expect(first.holdChecks(true, 12_000)).toBe(true);
});

test("checks never starve: three seconds after they were held for the first time they run, for nine seconds", () => {
  const looks = fc.array(fc.record({ pauseMs: fc.integer({ min: 1, max: 4_000 }), isCrowded: fc.boolean() }));
  fc.assert(
    fc.property(looks, (all) => {
      const first = new SendsFirst(3_000);
      let now = 0;
      let heldFrom = Number.NEGATIVE_INFINITY;
      for (const { pauseMs, isCrowded } of all) {
        now += pauseMs;
        if (!first.holdChecks(isCrowded, now)) continue;
        if (now - heldFrom >= 3_000) {
          expect(now - heldFrom).toBeGreaterThanOrEqual(12_000);
          heldFrom = now;
        }
      }
    }),
  );
});

test("checks that give way lease nothing, and lease as soon as they need not", async () => {
  let holds = true;
  let leases = 0;
  const [heldTwice, leased] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  const clock = new LeaseClock({
    lease: async () => {
      leases += 1;
      leased.resolve();
      return { now: 0, nextDueAt: null };
    },
    isEmpty: () => true,
    run: async () => undefined,
    release: async () => undefined,
    onError: heldTwice.reject,
    gatherMs: 1,
    givesWay: () => {
      asked += 1;
      if (asked === 2) heldTwice.resolve();
      return holds;
    },
  });

  clock.start();
  await heldTwice.promise;
  expect(leases).toBe(0);
  holds = false;
  await leased.promise;

  expect(leases).toBe(1);
  await clock.stop(1_000);
});
