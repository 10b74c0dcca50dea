/**
 * How robots are spoken to: in order, no faster than they take it, and without a storm where one takes nothing.
 */
import { describe, expect, it } from "vitest";
import { lookOnce, type AlertMemory, type Watch } from "../../../src/alerts/watch.ts";
import type { AlertFigures } from "../../../src/alerts/condition.ts";

const QUIET: AlertFigures = {
  fleet: { accounts: [], refusedOrders: 0, lostWrites: null, redisMemory: null },
  groups: [],
};
const deadOf = (code: string): AlertFigures => ({
  ...QUIET,
  groups: [{ account: "yzj", operation: "todo.create", reason: "rejected", code, count: 1 }],
});

interface Told {
  readonly receiver: string;
  readonly text: string;
}

/** A watch whose clock, robots and readings the test moves. */
function aWatch(receivers: readonly string[] = ["wecom 1"]) {
  const told: Told[] = [];
  const its = {
    now: 1_000_000,
    reading: QUIET,
    memory: null as AlertMemory | null,
    told,
    answer: (_one: Told): string | null => null,
    look: async (): Promise<number> => {
      const before = told.length;
      await lookOnce(watch);
      return told.length - before;
    },
  };
  const watch: Watch = {
    receivers: receivers.map((name) => ({ name, kind: "wecom", url: "https://x" })),
    thresholds: { oldestUnconfirmedMs: 1_800_000, deadLetters: 1, redisMemory: 0.8 },
    patience: { repeatMs: 14_400_000, settleMs: 0 },
    speaking: { language: "zh", environment: null, console: null },
    digest: null,
    store: {
      read: async () => its.memory,
      write: async (memory) => void (its.memory = structuredClone(memory)),
    },
    read: async () => its.reading,
    post: async ({ name }, { message: { lines } }) => {
      const one = { receiver: name, text: lines.map(({ text }) => text).join() };
      told.push(one);
      return its.answer(one);
    },
    emit: () => undefined,
    now: () => its.now,
  };
  return its;
}

/** One new group of dead letters a look. */
async function nights(its: ReturnType<typeof aWatch>, looks: number, apartMs: number): Promise<number[]> {
  const calls: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    its.reading = deadOf(`c${look}`);
    its.now += apartMs;
    calls.push(await its.look());
  }
  return calls;
}

describe("a robot that takes nothing", () => {
  it("is called once a look, however many messages wait", async () => {
    const its = aWatch();
    its.answer = () => "45009: api freq out of limit";

    expect(await nights(its, 6, 30_000)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("does not delay the other robots", async () => {
    const its = aWatch(["dead", "well"]);
    its.answer = ({ receiver }) => (receiver === "dead" ? "ECONNREFUSED" : null);
    await nights(its, 4, 30_000);

    expect(its.told.filter(({ receiver }) => receiver === "well")).toHaveLength(4);
  });

  it("gets all messages once it accepts them again, no more than fifteen a minute", async () => {
    const its = aWatch();
    its.answer = () => "no answer";
    await nights(its, 30, 30_000);
    its.answer = () => null;
    const from = its.told.length;
    const calls = await nights(its, 120, 1_000);

    const taken = its.told.slice(from).map(({ text }) => text);
    expect(taken.length).toBeGreaterThan(25);
    expect(Math.max(...windows(calls, 60))).toBeLessThanOrEqual(15);
  });

  it("is remembered with its answer, until it accepts one", async () => {
    const its = aWatch();
    its.answer = () => "93000: invalid webhook url";
    await nights(its, 2, 30_000);
    const refused = its.memory?.refusals;
    its.answer = () => null;
    await nights(its, 1, 30_000);

    expect(refused).toEqual({ "wecom 1": { detail: "93000: invalid webhook url", since: 1_030_000 } });
    expect(its.memory?.refusals).toEqual({});
  });
});

/** Sums over so many looks that follow each other. */
function windows(calls: readonly number[], width: number): number[] {
  return calls.map((_, at) => calls.slice(at, at + width).reduce((sum, count) => sum + count, 0));
}

it("a message that a robot refuses for good delays no other", async () => {
  const its = aWatch();
  its.answer = ({ text }) => (/^【新】[^【]*c0$/.test(text) ? "310000: keywords not in content" : null);
  await nights(its, 5, 30_000);
  const taken = its.told.map(({ text }) => /^【新】[^【]*(c\d)/.exec(text)?.[1]);

  // Each waits for one look at most.
  expect(taken).toEqual(expect.arrayContaining(["c1", "c2", "c3"]));
});

it("sends messages in the order of events", async () => {
  const its = aWatch();
  its.answer = () => "no answer";
  its.reading = deadOf("c0");
  await its.look();
  its.answer = () => null;
  its.reading = QUIET;
  its.now += 30_000;
  await its.look();

  expect(its.told.map(({ text }) => text.slice(0, 4))).toEqual(["【新】 ", "【新】 ", "【恢复】"]);
});

it("continues what an older version left", async () => {
  const its = aWatch();
  const left = { title: "t", lines: [{ text: "earlier", url: null }] };
  its.memory = {
    known: {},
    pending: [{ id: "a", receiver: "wecom 1", message: left, since: 999_000 }],
    digestDay: null,
  };
  await its.look();

  expect(its.told).toEqual([{ receiver: "wecom 1", text: "earlier" }]);
});
