/**
 * The check limit of a todo: at most 5 calls in any minute, whoever asks (docs/platforms/yunzhijia.md, "Todos").
 */
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { startSystem, TIME_SCALE, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

interface Call {
  readonly at: number;
  readonly endpoint: string;
  readonly entity: string;
}

describe("the check limit of one todo", () => {
  it("is kept in any window, by two workers together, and every recipient is proven", async () => {
    system = await startSystem();
    await system.startWorker();
    const recipients = Array.from({ length: 12 }, (_, index) => `p${index}`);

    const { state } = await system.ended(await system.enqueue(aTodo({}, recipients)), 25_000);

    const { body } = await request(`${system.sandbox.url}/_sandbox/calls`);
    const calls = ((await body.json()) as Call[]).filter(({ endpoint }) => endpoint === "todo.check");
    expect(state.status).toBe("confirmed");
    expect((await system.ledger()).violations["checkOverLimit"] ?? 0).toBe(0);
    expect(
      mostInAWindow(
        calls.map(({ at }) => at),
        60_000 * TIME_SCALE,
      ),
    ).toBeLessThanOrEqual(5);
  });
});

function mostInAWindow(times: readonly number[], windowMs: number): number {
  return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length));
}
