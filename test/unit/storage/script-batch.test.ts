/** What a turn of the event loop asks of a script travels in one call; each item has its own reply or error. */
import { describe, expect, it } from "vitest";
import { ScriptBatch } from "../../../src/storage/script-batch.ts";

type Argument = string | number | Buffer;

/** A script that answers each item with its arguments, and what it was called with. */
function aScript(answer: (items: string[][]) => unknown[] = (items) => items): {
  batch: ScriptBatch;
  calls: Argument[][];
} {
  const calls: Argument[][] = [];
  const batch = new ScriptBatch(async (...args) => {
    calls.push(args);
    const [, ...items] = JSON.parse(String(args[0])) as string[][];
    return JSON.stringify(answer(items));
  });
  return { batch, calls };
}

describe("a batch of script calls", () => {
  it("is one call for what one turn asks, and answers each", async () => {
    const { batch, calls } = aScript();

    const replies = await Promise.all([batch.call(["now"], "a", 1), batch.call(["now"], "b", 2)]);

    expect(replies).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(calls).toEqual([[JSON.stringify([["now"], ["a", "1"], ["b", "2"]])]]);
  });

  it("holds only items that agree in what they share, in the order in which they were asked", async () => {
    const { batch, calls } = aScript();

    await Promise.all([batch.call([1], "a"), batch.call([2], "b"), batch.call([2], "c")]);

    expect(calls.map(([text]) => JSON.parse(String(text)))).toEqual([
      [["1"], ["a"]],
      [["2"], ["b"], ["c"]],
    ]);
  });

  it("has fifty items at the most", async () => {
    const { batch, calls } = aScript();

    await Promise.all(Array.from({ length: 101 }, (_, n) => batch.call([], n)));

    expect(calls.map(([text]) => (JSON.parse(String(text)) as unknown[]).length - 1)).toEqual([50, 50, 1]);
  });

  it("rejects an item that failed, and no other", async () => {
    const { batch } = aScript((items) => items.map(([name]) => (name === "bad" ? ["failed", "why"] : name)));

    const [good, bad] = await Promise.allSettled([batch.call([], "good"), batch.call([], "bad")]);

    expect(good).toEqual({ status: "fulfilled", value: "good" });
    expect(bad).toMatchObject({ status: "rejected", reason: new Error("why") });
  });

  it.each([
    ["the call fails", async () => Promise.reject(new Error("away"))],
    ["the reply is no JSON", async () => "OK"],
  ])("rejects every item where %s", async (_, run) => {
    const batch = new ScriptBatch(run);

    const settled = await Promise.allSettled([batch.call([], "a"), batch.call([], "b")]);

    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("sends bytes as they are, with the number of arguments before each item", async () => {
    const calls: Argument[][] = [];
    const batch = new ScriptBatch(async (...args) => {
      calls.push(args);
      return JSON.stringify(["ok"]);
    });
    const bytes = Buffer.from([0xff, 0x00]);

    await batch.call(["now"], "a", bytes);

    expect(calls).toEqual([[1, "now", 2, "a", bytes]]);
  });

  it("replaces half a surrogate pair, which Redis could not read", async () => {
    const { batch } = aScript();

    expect(await batch.call([], "\ud800")).toEqual(["\ufffd"]);
  });
});
