/**
 * ARCHITECTURE section 5, "Rounds": when a worker leases checks and callbacks, and what it does with a round that it
 * cannot begin.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LeaseClock } from "../../../src/queue/lease-clock.ts";
import { ended, passes } from "./a-send-loop.ts";

const GATHER_MS = 20;
const IDLE_MS = 1_000;

interface Found {
  readonly name: string | null;
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly isCrowded?: boolean;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function found(name: string | null, others: Partial<Found> = {}): Found {
  return { name, now: 0, nextDueAt: null, ...others };
}

/** A clock that leases these rounds one after the other, and then empty ones. Rounds last until `end` is called. */
function aClock(rounds: readonly (Found | Promise<Found>)[], mostRoundsAtOnce = 4) {
  const seen = { leases: 0, begun: [] as string[], released: [] as string[], errors: [] as unknown[] };
  const ends = new Map<string, () => void>();
  const left = [...rounds];
  const clock = new LeaseClock<Found>({
    lease: async () => {
      seen.leases += 1;
      return left.shift() ?? found(null);
    },
    isEmpty: ({ name }) => name === null,
    run: async ({ name }) => {
      seen.begun.push(name ?? "");
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name ?? "", resolve);
      return promise;
    },
    release: async ({ name }) => void seen.released.push(name ?? ""),
    onError: (error) => void seen.errors.push(error),
    gatherMs: GATHER_MS,
    mostRoundsAtOnce,
  });
  clock.start();
  return { clock, seen, end: (name: string) => ends.get(name)?.() };
}

describe("a worker that checks", () => {
  it("leases once a second while nothing is due, and sooner when it is told that something will be", async () => {
    const { clock, seen } = aClock([]);

    await passes(2 * IDLE_MS);
    expect(seen.leases).toBe(3);
    clock.nudge(100);
    await passes(100);

    expect(seen.leases).toBe(4);
    await ended(clock);
  });

  it("leases when the next one is due, and gathers what is due together", async () => {
    const { clock, seen } = aClock([found("a", { nextDueAt: 300 }), found("b", { nextDueAt: 1 })]);

    await passes(300);
    expect(seen.begun).toEqual(["a", "b"]);
    await passes(GATHER_MS - 1);
    expect(seen.leases).toBe(2);
    await passes(1);

    expect(seen.leases).toBe(3);
    await ended(clock);
  });

  it("has only so many rounds at once, and goes on as soon as one is over", async () => {
    const { clock, seen, end } = aClock([found("a"), found("b")], 1);
    await passes(3 * IDLE_MS);
    expect(seen).toMatchObject({ leases: 1, begun: ["a"] });

    end("a");
    await passes(0);

    expect(seen.begun).toEqual(["a", "b"]);
    await ended(clock);
  });

  it("looks again at once after a round, where more was due than it had room for", async () => {
    const { clock, seen, end } = aClock([found("a", { isCrowded: true }), found("b")]);
    await passes(0);

    end("a");
    await passes(0);

    expect(seen.begun).toEqual(["a", "b"]);
    await ended(clock);
  });

  it("goes on after a look that failed", async () => {
    const broken = Promise.reject(new Error("Redis is away"));
    broken.catch(() => undefined);
    const { clock, seen } = aClock([broken, found("a")]);

    await passes(IDLE_MS);

    expect(seen).toMatchObject({ begun: ["a"], errors: [new Error("Redis is away")] });
    await ended(clock);
  });
});

describe("a worker that stops", () => {
  it("hands back a round that is leased meanwhile, and leases nothing more", async () => {
    const looking = Promise.withResolvers<Found>();
    const { clock, seen } = aClock([looking.promise]);
    await passes(0);
    const stopped = clock.stop(10_000);

    looking.resolve(found("a"));
    await passes(2 * IDLE_MS);
    await stopped;

    expect(seen).toMatchObject({ leases: 1, begun: [], released: ["a"] });
  });

  it("waits for the rounds at work", async () => {
    const { clock, seen, end } = aClock([found("a")]);
    await passes(0);
    let isStopped = false;
    const stopped = clock.stop(10_000).finally(() => {
      isStopped = true;
    });
    await passes(IDLE_MS);
    expect(isStopped).toBe(false);

    end("a");
    await stopped;

    expect(seen.leases).toBe(1);
  });
});
