/**
 * What follows from a message, and when it is sought or forgotten: by value.
 */
import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/platforms/messages.ts";
import { readMessage } from "../../../src/platforms/yunzmall/message/message.ts";
import { farewellOf, isToBeSought, stepsOf } from "../../../src/intake/mirror/follow.ts";
import { NOTHING_KNOWN, type Remembered } from "../../../src/intake/mirror/ports.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function shown(status: unknown, handle_status: unknown): Message {
  const message = readMessage({ id: 1, status, handle_status });
  if (message === null) throw new Error("a row with an id is a message");
  return message;
}

function known(facts: Partial<Remembered>): Remembered {
  return { ...NOTHING_KNOWN, ...facts };
}

describe("what follows from a message", () => {
  const made = { openId: "ann" };
  const waited = { ...made, waitedAt: 1 };

  it.each([
    ["new, unread, waiting", shown(0, 1), known({}), ["create"]],
    ["new, read, waiting", shown(1, 1), known({}), ["create", "read"]],
    ["new, a notice without anything to handle", shown(0, 0), known({}), ["create"]],
    ["mirrored, and nothing new", shown(0, 1), known(waited), []],
    ["mirrored, now read", shown(1, 1), known(waited), ["read"]],
    ["mirrored, now handled", shown(0, 0), known(waited), ["handled"]],
    ["mirrored, now both", shown(1, 0), known(waited), ["read", "handled"]],
    ["a notice that was not read yet", shown(0, 0), known(made), []],
    ["a notice, now read", shown(1, 0), known(made), ["read", "handled"]],
    ["read was mirrored, now handled", shown(1, 0), known({ ...waited, readAt: 2 }), ["handled"]],
    ["all of it was mirrored", shown(1, 0), known({ ...waited, readAt: 2, handledAt: 3 }), []],
    ["a state that nobody knows", shown(null, 7), known(waited), []],
  ])("%s", (_name, message, remembered, steps) => {
    expect(stepsOf(message, remembered)).toEqual(steps);
  });
});

describe("a message that is on no list", () => {
  it.each([
    ["at once", {}, 0, true],
    ["in the next round", { goneAt: 0, soughtAt: 0 }, 1_000, true],
    ["not again before as long as it has been gone", { goneAt: 0, soughtAt: 60_000 }, 100_000, false],
    ["then", { goneAt: 0, soughtAt: 60_000 }, 120_000, true],
    ["at least hourly", { goneAt: 0, soughtAt: DAY }, DAY + HOUR, true],
  ])("is looked for %s", (_name, facts, now, sought) => {
    expect(isToBeSought(known({ openId: "ann", ...facts }), now)).toBe(sought);
  });

  it.each([
    ["kept while something may follow", { openId: "ann", readAt: 0 }, 8 * DAY, "keep"],
    ["lost when it never showed up again", { openId: "ann", goneAt: 0 }, 8 * DAY, "lost"],
    ["kept until the retention is over", { openId: "ann", goneAt: 0 }, 6 * DAY, "keep"],
    ["kept for the retention after its end", { openId: "ann", readAt: 0, handledAt: DAY }, 7 * DAY, "keep"],
    ["forgotten after that", { openId: "ann", readAt: 1, handledAt: DAY }, 9 * DAY, "forget"],
    ["forgotten when nobody was to have it", { unmappedAt: 1 }, 8 * DAY, "forget"],
  ])("is %s", (_name, facts, now, farewell) => {
    expect(farewellOf(known(facts), { now, retentionMs: 7 * DAY })).toBe(farewell);
  });
});
