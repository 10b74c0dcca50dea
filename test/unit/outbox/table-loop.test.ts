/**
 * When a loop on a session of the database complains: with a large backlog its first round takes minutes.
 */
import { once } from "node:events";
import { expect, it } from "vitest";
import type { OutboxTable } from "../../../src/outbox/ports.ts";
import { TableLoop } from "../../../src/outbox/table-loop.ts";

const TABLE: Partial<OutboxTable> = { verify: async () => undefined, close: async () => undefined };

it.each([
  ["complains until its first round gets something done", false, "it has not reached its database"],
  ["does not complain while its first round gets something done", true, null],
])("%s", async (_what, succeeds, complaint) => {
  const inRound = Promise.withResolvers<void>();
  const loop = new TableLoop({
    open: async () => TABLE as OutboxTable,
    round: async (_table, { signal, progressed }) => {
      if (succeeds) progressed();
      inRound.resolve();
      if (!signal.aborted) await once(signal, "abort");
    },
    onError: () => undefined,
  });
  loop.start();
  await inRound.promise;

  expect(loop.complaint).toBe(complaint);
  await loop.stop();
});
