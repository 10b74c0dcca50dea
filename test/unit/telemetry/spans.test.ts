import { describe, expect, it } from "vitest";
import { readTraceparent } from "../../../src/delivery/traceparent.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";
import { acknowledgement, spansOf, type SpanNaming } from "../../../src/telemetry/spans.ts";
import { everyEvent } from "../../support/every-event.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SAMPLED = `00-${TRACE}-b7ad6b7169203331-01`;
const NOT_SAMPLED = `00-${TRACE}-b7ad6b7169203331-00`;
const ALL: SpanNaming = { ratio: 1, instance: "one" };
const NONE: SpanNaming = { ratio: 0, instance: "one" };

const withTrace = (event: BidaEvent, traceparent: string | null): BidaEvent =>
  "traceparent" in event ? { ...event, traceparent } : event;

describe("the trace of a delivery", () => {
  it("is the producer's, if it has one, and else its own, the same for every process", () => {
    const own = acknowledgement({ account: "yzj", id: "d1", traceparent: null }, 1);
    const given = acknowledgement({ account: "yzj", id: "d1", traceparent: SAMPLED }, 0);

    expect(own).toEqual(acknowledgement({ account: "yzj", id: "d1", traceparent: null }, 1));
    expect(own.parent).toBeNull();
    expect(own.own.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(given.own).toMatchObject({ traceId: TRACE, isSampled: true });
    expect(given.parent).toEqual(readTraceparent(SAMPLED));
  });

  it("is kept as its producer says, and otherwise by the ratio", () => {
    for (const event of everyEvent()) {
      expect(spansOf(withTrace(event, NOT_SAMPLED), ALL).filter(({ own }) => own.traceId === TRACE)).toEqual(
        [],
      );
      expect(spansOf(withTrace(event, null), NONE)).toEqual([]);
    }
    const kept = Array.from({ length: 2_000 }, (_, at) =>
      acknowledgement({ account: "yzj", id: `d${at}`, traceparent: null }, 0.25),
    ).filter(({ own }) => own.isSampled).length;
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThan(600);
  });

  it("has sends, checks, the end and callbacks under its acknowledgement, each with a name of its own", () => {
    const spans = everyEvent().flatMap((event) => spansOf(withTrace(event, null), ALL));
    const names = ["acknowledge", "send", "check", "confirmed", "callback"];
    const [root, ...others] = names.map((name) => spans.find((span) => span.name.startsWith(name)));

    expect(root?.parent).toBeNull();
    for (const span of others) {
      expect(span?.parent).toEqual(root?.own);
      expect(span?.own.traceId).toBe(root?.own.traceId);
    }
    expect(new Set(spans.map(({ own }) => own.spanId)).size).toBe(spans.length);
  });
});

describe("a call of the platform", () => {
  const called = (ids: readonly string[]): BidaEvent => ({
    event: "platform.called",
    account: "yzj",
    attempt: 7,
    number: 2,
    method: "POST",
    path: "/schedule/list",
    outcome: "answered",
    status: 200,
    durationMs: 80,
    deliveries: ids.map((id) => ({ id, traceparent: null })),
  });
  const checked = (id: string): BidaEvent => ({
    ...(everyEvent().find(({ event }) => event === "delivery.checked") as BidaEvent & {
      event: "delivery.checked";
    }),
    id,
    attempt: 7,
  });

  it("is part of the send or check of its one delivery", () => {
    const [call] = spansOf(called(["d1"]), ALL);
    const [check] = spansOf(checked("d1"), ALL);

    expect(call?.parent).toEqual(check?.own);
    expect(call?.links).toEqual([]);
  });

  it("that asks about several is linked to the check of each, and belongs to no trace", () => {
    const [call] = spansOf(called(["d1", "d2"]), ALL);
    const checks = ["d1", "d2"].flatMap((id) => spansOf(checked(id), ALL));

    expect(call?.parent).toBeNull();
    expect(call?.links).toEqual(checks.map(({ own }) => own));
    expect(checks.map(({ own }) => own.traceId)).not.toContain(call?.own.traceId);
  });

  it("is distinguished by process, and is not linked to what is not kept", () => {
    const [one] = spansOf(called(["d1"]), ALL);
    const [other] = spansOf(called(["d1"]), { ...ALL, instance: "two" });

    expect(one?.own.spanId).not.toBe(other?.own.spanId);
    expect(spansOf(called(["d1", "d2"]), NONE)).toEqual([]);
  });
});

describe("a traceparent", () => {
  it.each([
    [SAMPLED, { traceId: TRACE, spanId: "b7ad6b7169203331", isSampled: true }],
    [
      `01-${TRACE}-b7ad6b7169203331-01-later`,
      { traceId: TRACE, spanId: "b7ad6b7169203331", isSampled: true },
    ],
    [NOT_SAMPLED, { traceId: TRACE, spanId: "b7ad6b7169203331", isSampled: false }],
    [`ff-${TRACE}-b7ad6b7169203331-01`, null],
    [`00-${TRACE}-b7ad6b7169203331-01-more`, null],
    [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, null],
    [`00-${TRACE}-${"0".repeat(16)}-01`, null],
    [SAMPLED.toUpperCase(), null],
    [`${SAMPLED}\r\nx: y`, null],
    ["", null],
    [7, null],
    [`01-${TRACE}-b7ad6b7169203331-01-${"x".repeat(600)}`, null],
  ])("%j is read as %j", (text, parent) => {
    expect(readTraceparent(text)).toEqual(parent);
  });
});
