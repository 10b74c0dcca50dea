import { expect, it } from "vitest";
import { whyUnavailable } from "../../../src/operations/why-unavailable.ts";

it.each([
  ["MISCONF Redis is configured to save RDB snapshots", "Redis refuses writes: it cannot write to its disk"],
  [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "Redis refuses writes: its memory is full (maxmemory)",
  ],
  ["READONLY You can't write against a read only replica.", "Redis refuses writes: it is a replica"],
  ["LOADING Redis is loading the dataset in memory", "Redis is still loading its data"],
  ["BUSY Redis is busy running a script.", "Redis is busy with a long script"],
  ["MASTERDOWN Link with MASTER is down", "Redis is a replica that has lost its master"],
  [
    "NOPERM this user has no permissions to run the 'set' command",
    "Redis refuses writes: its user lacks rights, or the password is wrong",
  ],
  ["Connection is closed.", "Redis does not answer"],
])("%s: %s", (reply, words) => {
  expect(whyUnavailable(new Error(reply))).toBe(words);
});

it("a value of the wrong type is named by its key, and a script's without one", () => {
  const reply = (command: unknown): Error =>
    Object.assign(new Error("WRONGTYPE Operation against a key holding the wrong kind of value"), {
      command,
    });

  expect(whyUnavailable(reply({ name: "zcard", args: ["bida:{yzj}:lanes:held"] }))).toBe(
    "the key bida:{yzj}:lanes:held in Redis has a value of the wrong type",
  );
  expect(whyUnavailable(reply({ name: "evalsha", args: ["5f0c", "1", "bida:{yzj}:"] }))).toBe(
    "a key of Bida in Redis has a value of the wrong type",
  );
});
