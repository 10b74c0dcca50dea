/**
 * ARCHITECTURE section 5, "Rounds", "Waking" and the leases between them: what a worker does with its slots and
 * with its leases, on a clock of its own.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Look } from "../../../src/queue/send-loop.ts";
import {
  aSendLoop,
  ended,
  found,
  GIVE_UP_AFTER_MS,
  passes,
  PATIENCE_MS,
  RENEW_EVERY_MS,
} from "./a-send-loop.ts";

const LOOK_EVERY_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A loop whose looks find what `looks` says, and then nothing. */
function aLoop({ concurrency = 1, looks = [] as readonly (Look<string> | Promise<Look<string>>)[] } = {}) {
  const left = [...looks];
  return aSendLoop<string>({ concurrency, look: () => left.shift() ?? found([]) });
}

describe("a look", () => {
  it("that was given up has its leases handed back when its answer comes after all", async () => {
    const late = Promise.withResolvers<Look<string>>();
    const { loop, seen } = aLoop({ looks: [late.promise] });
    await passes(PATIENCE_MS + LOOK_EVERY_MS);
    expect(seen.asked.length).toBeGreaterThan(1);

    late.resolve(found(["a"]));
    await passes(0);

    expect(seen).toMatchObject({ handedBack: ["a"], begun: [] });
    await ended(loop);
  });

  it("that answers while the worker stops has its leases handed back", async () => {
    const looking = Promise.withResolvers<Look<string>>();
    const { loop, seen } = aLoop({ looks: [looking.promise] });
    await passes(0);
    const stopped = loop.stop(10_000);

    looking.resolve(found(["a"]));
    await stopped;

    expect(seen).toMatchObject({ handedBack: ["a"], begun: [] });
  });

  it("is made once a second, for as long as nothing is due", async () => {
    const { loop, seen } = aLoop();

    await passes(3 * LOOK_EVERY_MS);

    expect(seen.asked).toEqual([1, 1, 1, 1]);
    await ended(loop);
  });
});

describe("a worker whose slots are taken", () => {
  it("takes no wake-up, rings nobody, and looks once a second for what needs no slot", async () => {
    const { loop, seen, end } = aLoop({ looks: [found(["a"]), found([], { more: true })] });

    await passes(2 * LOOK_EVERY_MS);

    expect(seen).toMatchObject({ asked: [1, 0, 0], rings: 0 });
    expect(seen.hasRoom.at(-1)).toBe(false);

    end("a");
    await passes(0);

    expect(seen.asked).toEqual([1, 0, 0, 1]);
    expect(seen.hasRoom.at(-1)).toBe(true);
    await ended(loop);
  });

  it("uses a few free slots within a second, though looks wait for a quarter of them", async () => {
    const { loop, seen } = aLoop({
      concurrency: 8,
      looks: [found(["a"]), found(["b", "c", "d", "e", "f", "g"])],
    });

    await passes(2 * LOOK_EVERY_MS);

    expect(seen.asked).toEqual([8, 7, 1]);
    await ended(loop);
  });

  it("calls others to help where it has left something that is due", async () => {
    const { loop, seen } = aLoop({ looks: [found(["a"], { more: true })] });

    await passes(0);

    expect(seen.rings).toBe(1);
    await ended(loop);
  });
});

describe("leases", () => {
  it("are renewed by name, for what a call of this process works on", async () => {
    const { loop, seen, end } = aLoop({ concurrency: 2, looks: [found(["a", "b"])] });
    await passes(0);
    end("a");

    await passes(RENEW_EVERY_MS);

    expect(seen.renewed).toEqual([["b"]]);
    await ended(loop);
  });

  it("that are lost keep what has not left from leaving", async () => {
    const { loop, seen, lost } = aLoop({ concurrency: 2, looks: [found(["a", "b"])] });
    lost.add("b");

    await passes(RENEW_EVERY_MS);

    expect(seen.barred).toEqual(["b"]);
    await ended(loop);
  });

  it("of a call that never settles are renewed no more once its time is over, and its slot is free", async () => {
    const { loop, seen } = aLoop({ looks: [found(["a"])] });

    await passes(GIVE_UP_AFTER_MS + 2 * RENEW_EVERY_MS);

    expect(seen.barred).toEqual(["a"]);
    expect(seen.renewed.length).toBeLessThanOrEqual(GIVE_UP_AFTER_MS / RENEW_EVERY_MS);
    expect(seen.asked.at(-1)).toBe(1);
    await ended(loop);
  });
});

it("a worker that stops keeps what has not left from leaving, and waits for what has", async () => {
  const { loop, seen, end } = aLoop({ looks: [found(["a"])] });
  await passes(0);
  let isStopped = false;
  const stopped = loop.stop(10_000).finally(() => {
    isStopped = true;
  });
  await passes(LOOK_EVERY_MS);
  expect({ isStopped, barred: seen.barred }).toEqual({ isStopped: false, barred: ["a"] });

  end("a");
  await stopped;

  expect(isStopped).toBe(true);
});
