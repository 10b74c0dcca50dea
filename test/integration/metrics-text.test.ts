/**
 * Metrics: what each event adds, in a form that Prometheus' own tool accepts, with labels that stay few.
 */
import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import type { FleetReading } from "../../src/telemetry/fleet.ts";
import { COUNTERS, FLEET_GAUGES, HISTOGRAMS, PROCESS_GAUGES } from "../../src/telemetry/instruments.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { everyEvent, SAMPLES } from "../support/every-event.ts";
import { NO_REASONS } from "../support/no-reasons.ts";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
const opened: Metrics[] = [];
afterEach(async () => {
  for (const metrics of opened.splice(0)) await metrics.stop();
});

const OBJECTIVE = { confirmWithinMs: 300_000, ratio: 0.999 };

function someMetrics(): Metrics {
  const metrics = new Metrics({
    role: "worker",
    version: "1.2.3",
    objectives: {
      of: (account) => (account === "yzj" ? OBJECTIVE : null),
      all: [{ account: "yzj", operation: "todo.create", ...OBJECTIVE }],
    },
  });
  opened.push(metrics);
  return metrics;
}

const FLEET: FleetReading = {
  kind: "read",
  refusedOrders: 2,
  lostWrites: null,
  redisMemory: { used: 10, most: 100 },
  accounts: [
    {
      account: "yzj",
      isConfigured: true,
      counts: {
        queued: 1,
        sending: 2,
        retrying: 3,
        confirming: 4,
        confirmed: 5,
        dead: 6,
        discarded: 7,
        cancelled: 8,
      },
      reasons: { ...NO_REASONS, rejected: 6 },
      deadCallbacks: 1,
      failingCallbacks: 2,
      oldestAgeMs: 90_000,
      oldestDeadAgeMs: 5_000,
      breaker: "open",
      isPaused: false,
      tokens: [{ scope: "app", ageMs: 4_000 }],
    },
  ],
};

const ended = (change: Partial<Extract<BidaEvent, { event: "delivery.ended" }>>): BidaEvent => ({
  ...SAMPLES["delivery.ended"],
  ...change,
});

describe("every metric", () => {
  it.runIf(hasPromtool)("is valid for promtool", async () => {
    const metrics = someMetrics();
    metrics.fleet = async () => FLEET;
    metrics.waiting = () => 3;
    metrics.ready = () => true;
    for (const event of everyEvent()) metrics.emit(event);
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: await metrics.text(),
      encoding: "utf8",
    });

    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });

  it("exists once all events have occurred", async () => {
    const metrics = someMetrics();
    metrics.fleet = async () => FLEET;
    metrics.waiting = () => 3;
    metrics.ready = () => true;
    for (const event of everyEvent()) metrics.emit(event);
    const text = await metrics.text();
    const names = [COUNTERS, HISTOGRAMS, FLEET_GAUGES, PROCESS_GAUGES].flatMap((table) =>
      Object.values(table).map(([name]) => name),
    );

    expect(names.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  });
});

describe("an event", () => {
  it("that a delivery was sent counts by outcome, without its cause", async () => {
    const metrics = someMetrics();
    for (const event of everyEvent()) metrics.emit(event);

    expect(await metrics.text()).toContain(
      'bida_sends_total{account="yzj",operation="todo.create",outcome="unknown"} 1\n',
    );
  });

  it("that a delivery ended counts for its objective: in time, late, dead; a cancelled one does not count", async () => {
    const metrics = someMetrics();
    metrics.emit(ended({ ageMs: 300_000 }));
    metrics.emit(ended({ ageMs: 300_001 }));
    metrics.emit(ended({ status: "dead", reason: "rejected", ageMs: 10 }));
    metrics.emit(ended({ status: "cancelled", ageMs: 10 }));
    metrics.emit(ended({ account: "without" }));
    const text = await metrics.text();

    expect(text).toContain(
      'bida_slo_deliveries_total{account="yzj",operation="todo.create",result="good"} 1\n',
    );
    expect(text).toContain(
      'bida_slo_deliveries_total{account="yzj",operation="todo.create",result="bad"} 2\n',
    );
    expect(text).not.toMatch(/bida_slo_deliveries_total\{account="without"/);
    expect(text).toContain('bida_confirm_seconds_bucket{account="yzj",operation="todo.create",le="300"} 1\n');
    expect(text).toContain('bida_confirm_seconds_count{account="yzj",operation="todo.create"} 2\n');
  });
});

describe("labels", () => {
  it("of hundreds of accounts with all their operations are distinct", async () => {
    const metrics = someMetrics();
    for (let at = 0; at < 3_000; at += 1)
      metrics.emit(ended({ account: `a${at % 150}`, operation: `op${Math.floor(at / 150)}` }));
    const text = await metrics.text();

    expect(text.match(/^bida_deliveries_ended_total\{/gm)).toHaveLength(3_000);
    expect(text).not.toContain("otel_metric_overflow");
  });

  it("stay few, and hold no id, key or text, whatever events occur", async () => {
    const metrics = someMetrics();
    for (let i = 0; i < 5_000; i += 1)
      metrics.emit(
        ended({
          operation: `made.up.${i}`,
          id: `secret-id-${i}`,
          detail: `secret-detail-${i}`,
          lane: "secret-lane",
        }),
      );
    metrics.emit(ended({ operation: "x".repeat(5_000) }));
    const text = await metrics.text();

    expect(
      text.split("\n").filter((line) => line.startsWith("bida_deliveries_ended_total{")).length,
    ).toBeLessThan(210);
    expect(text).toMatch(
      /bida_deliveries_ended_total\{account="yzj",operation="other",status="confirmed",reason="none"\} 48\d\d\n/,
    );
    expect(text).not.toMatch(/secret-|xxxx/);
  });

  it("that hold quotes and line breaks break no line", async () => {
    const metrics = someMetrics();
    metrics.emit(ended({ account: 'a"b\nc\\' }));
    const lines = (await metrics.text())
      .split("\n")
      .filter((line) => line.startsWith("bida_deliveries_ended_total"));

    expect(lines).toEqual([
      'bida_deliveries_ended_total{account="a\\"b\\nc\\\\",operation="todo.create",status="confirmed",reason="none"} 1',
    ]);
  });
});

describe("the fleet's gauges", () => {
  it("are omitted where another process publishes them", async () => {
    const metrics = someMetrics();
    metrics.fleet = async () => ({ kind: "elsewhere" });
    const text = await metrics.text();

    expect(text).not.toContain("bida_backlog");
    expect(text).toContain('bida_build_info{version="1.2.3"');
  });

  it("say that Redis is away", async () => {
    const metrics = someMetrics();
    metrics.fleet = async () => ({ kind: "unavailable" });

    expect(await metrics.text()).toContain("bida_redis_up 0\n");
  });

  it("count what has not ended as backlog", async () => {
    const metrics = someMetrics();
    metrics.fleet = async () => FLEET;

    expect(await metrics.text()).toContain('bida_backlog{account="yzj"} 10\n');
  });
});
