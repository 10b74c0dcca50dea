/**
 * What a process holds at once is bounded in bytes, and one request does not keep the others waiting
 * (ARCHITECTURE section 5, "Budgets"). `npm run bench:memory` has a whole worker on a small heap.
 */
import { describe, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { startApiSystem } from "../doors/http/api-system.ts";
import { aTodo } from "../support/builders.ts";
import { startSystem } from "../support/system.ts";
import { closing } from "../support/closing.ts";
import { keysOf } from "../support/keys-of.ts";

const KIB = 1_024;

describe("a round of checks", () => {
  const ASKED = { most: 200, leaseMs: 60_000, probeLeaseMs: 60_000, withSuspects: true, fullFamilies: [] };

  it("holds four MiB of payloads and no more; the rest waits for the next round", async () => {
    const system = await startSystem({ withoutWorker: true });
    closing.push(system.close);
    const due = keysOf(system).confirmDue;
    for (let count = 0; count < 40; count += 1) {
      const id = await system.enqueue(aTodo({ note: "x".repeat(225 * KIB) }));
      await system.redis.zadd(due, 1, id);
    }

    const rounds: number[] = [];
    do rounds.push((await system.store.leaseChecks(ASKED)).checks.length);
    while (rounds.at(-1) !== 0);

    expect(rounds).toEqual([18, 18, 4, 0]);
  });
});

describe("a batch of 2 MiB with 24,000 fields", () => {
  const SIZE = 9;
  const items = (): Record<string, unknown>[] =>
    Array.from({ length: SIZE }, () => aTodo(manyFields(2_700, 230 * KIB)));

  it("lets /livez answer before the batch is answered", async () => {
    const system = await startApiSystem({ withoutWorker: true });
    closing.push(system.close);
    const body = `{"items":${JSON.stringify(items())}}`;
    expect(body.length).toBeGreaterThan(1.9 * KIB * KIB);

    const answers: string[] = [];
    const batch = system.call("/v1/deliveries/batch", { body }).finally(() => answers.push("batch"));
    while (!answers.includes("batch")) {
      expect((await system.call("/livez", { key: null })).status).toBe(200);
      answers.push("livez");
    }
    const { json } = await batch;

    expect(json["items"]).toMatchObject(Array.from({ length: SIZE }, () => ({ status: 202 })));
    expect(answers.indexOf("batch")).toBeGreaterThan(1);
  });

  it("is validated item by item, each in a turn of the event loop of its own", async () => {
    const system = await startSystem({ withoutWorker: true });
    closing.push(system.close);
    const turns = new Turns();
    const seenIn: number[] = [];
    const watched = items().map((item, at) => {
      const seen = { ...item } as unknown as EnqueueInput;
      Object.defineProperty(seen, "account", {
        enumerable: true,
        get: () => {
          seenIn[at] ??= turns.count;
          return item["account"];
        },
      });
      return seen;
    });

    const results = await system.producer.enqueueBatch(watched);
    turns.stop();

    expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: SIZE }, () => "created"));
    expect(new Set(seenIn).size).toBe(SIZE);
  });
});

/** Counts the turns of the event loop, from 1. */
class Turns {
  count = 1;
  #stopped = false;

  constructor() {
    setImmediate(() => this.#next());
  }

  stop(): void {
    this.#stopped = true;
  }

  #next(): void {
    this.count += 1;
    if (!this.#stopped) setImmediate(() => this.#next());
  }
}

/** So many fields that take so many bytes together. */
function manyFields(count: number, bytes: number): Record<string, unknown> {
  const value = "x".repeat(Math.floor(bytes / count) - 20);
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`field-${at}`, value]));
}
