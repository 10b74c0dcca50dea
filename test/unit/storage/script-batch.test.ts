/** What a turn of the event loop asks of a script travels in one call; each item has its own reply or error. */
import { describe, expect, it, vi } from "vitest";
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
  it("is one call for what is asked in one turn, and answers each item", async () => {
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

  it("holds what is asked while the one before is under way", async () => {
    const calls: string[] = [];
    const { promise: first, resolve: answerFirst } = Promise.withResolvers<string>();
    const batch = new ScriptBatch(async (text) => {
      calls.push(String(text));
      return calls.length === 1 ? first : '["b", "c"]';
    });
    const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

    const replies = [batch.call([], "a")];
    await turn();
    replies.push(batch.call([], "b"));
    await turn();
    replies.push(batch.call([], "c"));
    expect(calls).toHaveLength(1);
    answerFirst('["a"]');

    expect(await Promise.all(replies)).toEqual(["a", "b", "c"]);
    expect(calls).toHaveLength(2);
  });

  it("waits no longer than a moment for a reply that does not come", async () => {
    const calls: string[] = [];
    const batch = new ScriptBatch(async (text) => {
      calls.push(String(text));
      return calls.length === 1 ? new Promise<string>(() => undefined) : '["b"]';
    });

    void batch.call([], "a");
    await new Promise((resolve) => void setImmediate(resolve));

    expect(await batch.call([], "b")).toBe("b");
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

  it("sends bytes and long texts as they are, and their places among the others", async () => {
    const calls: Argument[][] = [];
    const batch = new ScriptBatch(async (...args) => {
      calls.push(args);
      return JSON.stringify(["ok", "ok"]);
    });
    const bytes = Buffer.from([0xff, 0x00]);
    const long = '"'.repeat(200);

    await Promise.all([batch.call(["now"], "a", bytes), batch.call(["now"], long, 3)]);

    expect(calls).toEqual([['[["now"],["a",false],[false,"3"]]', bytes, long]]);
  });

  it("replaces half a surrogate pair, which Redis could not read", async () => {
    const { batch } = aScript();

    expect(await batch.call([], "\ud800")).toEqual(["\ufffd"]);
  });

  it("rejects those whose arguments cannot be written, and goes on with the next", async () => {
    const { batch } = aScript();

    const settled = await Promise.allSettled([
      batch.call([], "a"),
      batch.call([], undefined as unknown as string),
    ]);

    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await batch.call([], "next")).toEqual(["next"]);
  });

  it("leaves while one call is under way where two may be, in order, and each answers its own items", async () => {
    const calls: { text: string; answer: (reply: string) => void }[] = [];
    const batch = new ScriptBatch(
      async (text) => new Promise((answer) => void calls.push({ text: String(text), answer })),
      2,
    );
    const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
    const replies: Promise<unknown>[] = [];
    for (const name of ["a", "b", "c"]) {
      replies.push(batch.call([], name));
      await turn();
    }

    expect(calls.map(({ text }) => text)).toEqual(['[[],["a"]]', '[[],["b"]]']);
    calls[1]?.answer('["of b"]');
    calls[0]?.answer('["of a"]');
    expect(await Promise.all(replies.slice(0, 2))).toEqual(["of a", "of b"]);
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    calls[2]?.answer('["of c"]');
    expect(await replies[2]).toBe("of c");
  });
});
