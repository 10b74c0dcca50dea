/**
 * One round of suspects at a time in a process, and nobody waits for it in vain.
 */
import { describe, expect, it } from "vitest";
import { QuarantineSlot, SuspectLooks, type SuspectsSeen } from "../../../src/pipeline/quarantine-slot.ts";

const NONE: SuspectsSeen = { leased: false, moreDue: false };
const DUE: SuspectsSeen = { leased: false, moreDue: true };
const LEASED: SuspectsSeen = { leased: true, moreDue: false };

/** A loop that is told, look by look, what it finds. */
function aLoop(slot: QuarantineSlot) {
  const loop = { called: 0, asked: [] as boolean[] };
  const looks = new SuspectLooks(slot, () => (loop.called += 1));
  const look = async (seen: SuspectsSeen) => {
    const { quarantine } = await looks.ask(
      async (withSuspects) => {
        loop.asked.push(withSuspects);
        return seen;
      },
      (found) => found,
    );
    return quarantine;
  };
  return { loop, look };
}

describe("the slot for suspects", () => {
  it("is not taken by a look that has seen none", async () => {
    const slot = new QuarantineSlot();
    const { loop, look } = aLoop(slot);

    await look(NONE);

    expect(loop).toEqual({ called: 0, asked: [false] });
  });

  it("is taken by the look after the one that saw some, which comes at once", async () => {
    const slot = new QuarantineSlot();
    const { loop, look } = aLoop(slot);

    await look(DUE);
    expect(loop.called).toBe(1);
    const quarantine = await look(LEASED);

    expect(loop.asked).toEqual([false, true]);
    expect(slot.tryTake()).toBeNull();
    quarantine?.release();
    expect(slot.tryTake()).not.toBeNull();
  });

  it("calls those that it refused, one after the other, the first first", async () => {
    const slot = new QuarantineSlot();
    const held = slot.tryTake();
    const [one, two] = [aLoop(slot), aLoop(slot)];
    await one.look(DUE);
    await two.look(DUE);
    expect([one.loop.called, two.loop.called]).toEqual([0, 0]);

    held?.release();
    expect([one.loop.called, two.loop.called]).toEqual([1, 0]);
    const next = await one.look(LEASED);
    next?.release();

    expect([one.loop.called, two.loop.called]).toEqual([1, 1]);
  });

  it("is kept for the account that it called, although its last holder looks again at once", async () => {
    const slot = new QuarantineSlot();
    const [busy, other] = [aLoop(slot), aLoop(slot)];
    await busy.look(DUE);
    const first = await busy.look({ leased: true, moreDue: true });
    await other.look(DUE);

    // It had asked for another turn before the other one came.
    first?.release();
    const second = await busy.look({ leased: true, moreDue: true });
    second?.release();
    await busy.look({ leased: true, moreDue: true });
    await other.look(LEASED);

    expect(busy.loop.asked).toEqual([false, true, true, false]);
    expect(other.loop.asked).toEqual([false, true]);
  });

  it("does not call its last holder at once when that found no rate place", async () => {
    const slot = new QuarantineSlot();
    const { loop, look } = aLoop(slot);
    await look(DUE);

    await look(DUE);

    expect(loop).toEqual({ called: 1, asked: [false, true] });
    expect(slot.tryTake()).not.toBeNull();
  });

  it("is free again after a look that failed", async () => {
    const slot = new QuarantineSlot();
    const looks = new SuspectLooks(slot, () => undefined);
    await looks.ask(
      async () => DUE,
      (found) => found,
    );

    await expect(
      looks.ask(
        async () => Promise.reject(new Error("Redis is away")),
        () => NONE,
      ),
    ).rejects.toThrow("Redis is away");

    expect(slot.tryTake()).not.toBeNull();
  });

  it("is not freed by an earlier holder", () => {
    const slot = new QuarantineSlot();
    const before = slot.tryTake();
    before?.release();
    slot.tryTake();

    before?.release();

    expect(slot.tryTake()).toBeNull();
  });
});
