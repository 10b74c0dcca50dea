import { describe, expect, it } from "vitest";
import {
  CALLBACK_LIFE_MS,
  decideAfterCallback,
  FAILING_AHEAD_MS,
  decidePutOff,
  NEW_CALLBACK,
  type CallbackState,
} from "../../../src/delivery/callback.ts";
import { NOW } from "../../support/builders.ts";

const failed = { kind: "failed", detail: "HTTP 500", retryAfterMs: null } as const;

describe("a callback", () => {
  it("is over once it was taken", () => {
    const outcome = { kind: "delivered", detail: "HTTP 204" } as const;

    const { state, nextAt } = decideAfterCallback(NEW_CALLBACK, {
      outcome,
      now: NOW,
      endedAt: NOW,
      jitter: 0,
    });

    expect(state).toEqual({ status: "delivered", attempts: 1, detail: "HTTP 204" });
    expect(nextAt).toBeNull();
  });

  it("is tried for a day, ever more rarely, and then given up", () => {
    let state: CallbackState = NEW_CALLBACK;
    let now = NOW;
    const pauses: number[] = [];
    while (state.status === "due") {
      const decision = decideAfterCallback(state, { outcome: failed, now, endedAt: NOW, jitter: 0.5 });
      state = decision.state;
      if (decision.nextAt === null) break;
      pauses.push(decision.nextAt - now);
      now = decision.nextAt;
    }

    expect(state.status).toBe("dead");
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses[0]).toBe(5_000);
    // From the fourth on it counts as failing.
    expect(pauses.findIndex((pause) => pause > FAILING_AHEAD_MS)).toBe(3);
    expect(now - NOW).toBeLessThanOrEqual(CALLBACK_LIFE_MS);
    expect(now - NOW).toBeGreaterThan(CALLBACK_LIFE_MS / 2);
  });

  it("of a record that cannot be read, whose end nobody knows, is tried for about a day too", () => {
    let state: CallbackState = NEW_CALLBACK;
    let now = NOW;
    while (state.status === "due" && now < NOW + 10 * CALLBACK_LIFE_MS) {
      const decision = decideAfterCallback(state, { outcome: failed, now, endedAt: null, jitter: 0.5 });
      state = decision.state;
      now = decision.nextAt ?? now;
    }

    expect(state.status).toBe("dead");
    expect((now - NOW) / CALLBACK_LIFE_MS).toBeCloseTo(1, 1);
  });

  it("waits as long as the receiver says", () => {
    const told = { ...failed, retryAfterMs: 600_000 };

    const { nextAt } = decideAfterCallback(NEW_CALLBACK, {
      outcome: told,
      now: NOW,
      endedAt: NOW,
      jitter: 0,
    });

    expect(nextAt).toBe(NOW + 600_000);
  });

  it("is given up at once where it must not go", () => {
    const forbidden = { kind: "forbidden", detail: "its host has a private address" } as const;

    const { state } = decideAfterCallback(NEW_CALLBACK, {
      outcome: forbidden,
      now: NOW,
      endedAt: NOW,
      jitter: 0,
    });

    expect(state.status).toBe("dead");
  });

  it("that is put off again and again, because its receiver is busy, is given up after its day as well", () => {
    const putOff = (now: number) =>
      decidePutOff(NEW_CALLBACK, { leasedAt: now - 15_000, now, endedAt: NOW, jitter: 0.5 });
    const soon = putOff(NOW);
    const late = putOff(NOW + CALLBACK_LIFE_MS);

    expect(soon).toEqual({ state: NEW_CALLBACK, nextAt: NOW + 6_000 });
    expect(late).toMatchObject({
      state: { status: "dead", attempts: 0, detail: expect.stringMatching(/busy/) },
      nextAt: null,
    });
  });

  it("that a person retries days later is put off as well, and given up when another day is over", () => {
    const putOff = (now: number) =>
      decidePutOff(NEW_CALLBACK, { leasedAt: now - 15_000, now, endedAt: NOW, jitter: 0.5 });
    const retriedAt = NOW + 2.5 * CALLBACK_LIFE_MS;

    expect(putOff(retriedAt)).toEqual({ state: NEW_CALLBACK, nextAt: retriedAt + 6_000 });
    expect(putOff(NOW + 3 * CALLBACK_LIFE_MS).nextAt).toBeNull();
  });
});
