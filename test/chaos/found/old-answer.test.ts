/**
 * Found by `npm run chaos -- --seed 8 --minutes 1.5`: a todo was created twice.
 *
 * The platform showed the todo late and was checked before it had to show it. The answer "absent" came at once,
 * but another delivery's check held up the round. When the answer was read, the visibility lag was over, so an
 * early answer counted as a late one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel } from "../../../src/platforms/channel.ts";
import { leaseCheckRound, runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { sendAll } from "../../support/send-all.ts";
import { startSystem, type System } from "../../support/system.ts";
import { wiredBeside } from "../../support/wired-account.ts";

let system: System;
let wired: ReturnType<typeof wiredBeside>;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true, policy: "absenceProofs: 1" });
  wired = wiredBeside(system);
});
afterEach(async () => {
  await wired.close();
  await system.close();
});

/** A channel whose answers are read only after this delay. */
function heldUp(channel: Channel, forMs: number): Channel {
  return {
    ...channel,
    check: async (...asked) => {
      const outcomes = await channel.check(...asked);
      await sleep(forMs);
      return outcomes;
    },
  };
}

describe("a negative answer", () => {
  it("is as old as its question: asked within the visibility lag, it proves no absence", async () => {
    await system.misbehave({ script: [{ fault: "late", endpoint: "todo.create", lateMs: 1_000_000 }] });
    const never = new AbortController().signal;
    const { context } = wired;
    const id = await system.enqueue(aTodo());
    await sendAll(context);
    const round = await eventually(
      () => leaseCheckRound(context),
      ({ checks }) => checks.length === 1,
    );

    const channels = context.channels.map((channel) => heldUp(channel, context.policy.visibilityLagMs + 100));
    await runCheckRound(round, { context: { ...context, channels }, signal: never });

    const delivery = await system.store.get(id);
    expect(delivery).toMatchObject({
      state: { status: "confirming", sends: 1, recipients: [{ status: "accepted", absences: 1 }] },
    });
  });
});
