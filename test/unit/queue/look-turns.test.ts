/** The looks of several accounts of a process take turns. */
import { expect, it } from "vitest";
import { LookTurns } from "../../../src/queue/look-turns.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it("lets one look a turn, in the order in which they asked, and at once where nobody did", async () => {
  const turns = new LookTurns();
  const had: string[] = [];

  expect(turns.take()).toBeUndefined();
  const waiting = ["a", "b"].map(async (name) => {
    await turns.take();
    had.push(name);
  });
  expect(had).toEqual([]);
  await turn();
  expect(had).toEqual(["a"]);
  await Promise.all(waiting);
  expect(had).toEqual(["a", "b"]);
  await turn();
  await turn();

  expect(turns.take()).toBeUndefined();
});
