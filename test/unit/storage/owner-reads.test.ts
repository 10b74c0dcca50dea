/**
 * Who asks in one turn is answered from one command, each its own ids in their order.
 */
import { describe, expect, it } from "vitest";
import { OwnerReads } from "../../../src/storage/owner-reads.ts";

const ownerOf = (id: string): string | null => (id.startsWith("free") ? null : `owner of ${id}`);

describe("asking for owners", () => {
  it("is one command for everything that is asked in one turn", async () => {
    const commands: (readonly string[])[] = [];
    const reads = new OwnerReads(async (ids) => {
      commands.push(ids);
      return ids.map(ownerOf);
    });

    const answers = await Promise.all([reads.of(["a", "free"]), reads.of([]), reads.of(["b"])]);

    expect(answers).toEqual([["owner of a", null], [], ["owner of b"]]);
    expect(commands).toEqual([["a", "free", "b"]]);
  });

  it("splits what is many", async () => {
    const sizes: number[] = [];
    const reads = new OwnerReads(async (ids) => {
      sizes.push(ids.length);
      return ids.map(ownerOf);
    });

    const asked = Array.from({ length: 450 }, (_none, at) => `id${at}`);
    const answers = await Promise.all(asked.map((id) => reads.of([id])));

    expect(answers.flat()).toEqual(asked.map(ownerOf));
    expect(sizes).toEqual([200, 200, 50]);
  });

  it("fails for all that were in the command", async () => {
    const reads = new OwnerReads(async () => Promise.reject(new Error("away")));

    const asked = await Promise.allSettled([reads.of(["a"]), reads.of(["b"])]);

    expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
