/**
 * A send's permission to leave: over when either clock says so, and barred for good by a word.
 */
import { describe, expect, it } from "vitest";
import { SendGuard } from "../../../src/platforms/http/send-guard.ts";

/** Clocks that stand until a test moves them. */
function aPairOfClocks(): {
  monotonicMs: number;
  wallMs: number;
  monotonic: () => number;
  wall: () => number;
} {
  const clocks = {
    monotonicMs: 1_000,
    wallMs: 1_700_000_000_000,
    monotonic: () => clocks.monotonicMs,
    wall: () => clocks.wallMs,
  };
  return clocks;
}

describe("a send guard", () => {
  it.each<[string, number, number, boolean]>([
    ["nothing has passed", 0, 0, true],
    ["both clocks are short of it", 4_999, 4_999, true],
    ["the monotonic clock has reached it", 5_000, 0, false],
    ["the wall clock alone has reached it: the machine slept", 0, 5_000, false],
    ["the wall clock was set back, and time passed", 5_000, -3_600_000, false],
    ["the wall clock was set back, and little time passed", 100, -3_600_000, true],
  ])("while %s", (_, monotonicMs, wallMs, isOpen) => {
    const clocks = aPairOfClocks();
    const guard = new SendGuard(5_000, clocks);

    clocks.monotonicMs += monotonicMs;
    clocks.wallMs += wallMs;

    expect(guard.isOpen()).toBe(isOpen);
    expect(guard.leave()).toBe(isOpen);
    expect(guard.leftAt).toBe(isOpen ? clocks.monotonicMs : null);
  });

  it("is shared by all attempts of a send: the first one's time is kept", () => {
    const clocks = aPairOfClocks();
    const guard = new SendGuard(5_000, clocks);

    guard.leave();
    clocks.monotonicMs += 2_000;
    expect(guard.leave()).toBe(true);
    clocks.monotonicMs += 3_000;

    expect(guard.leave()).toBe(false);
    expect(guard.leftAt).toBe(1_000);
  });

  it("that is barred lets nothing leave, and says whether something has", () => {
    const [unused, used] = [new SendGuard(5_000), new SendGuard(5_000)];
    used.leave();

    expect(unused.bar()).toBe(true);
    expect(used.bar()).toBe(false);
    expect([unused.leave(), used.leave()]).toEqual([false, false]);
  });

  it("that is barred notifies those who wait, and not those who have stopped waiting", () => {
    const guard = new SendGuard(5_000);
    const told: string[] = [];
    guard.onBarred(() => told.push("waiting"));
    guard.onBarred(() => told.push("stopped"))();

    guard.bar();

    expect(told).toEqual(["waiting"]);
  });
});
