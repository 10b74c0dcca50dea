/** What the circuit breaker is told of an account's calls. */
import { describe, expect, it, vi } from "vitest";
import { CallMonitor } from "../../../src/account/calls.ts";
import type { CallReport, SharedAccount } from "../../../src/account/ports.ts";

const LIMITS = {
  windowMs: 60_000,
  leastCalls: 5,
  failurePercent: 50,
  firstOpenMs: 1_000,
  longestOpenMs: 60_000,
  holdMs: 60_000,
};

function aMonitor(fail?: Error): {
  monitor: CallMonitor;
  reports: CallReport[];
  errors: unknown[];
  held: string[];
} {
  const reports: CallReport[] = [];
  const errors: unknown[] = [];
  const held: string[] = [];
  const store: Partial<SharedAccount> = {
    reportCalls: async (report) => {
      if (fail !== undefined) throw fail;
      reports.push(report);
      return { state: "closed", until: 0, of: null, changed: false };
    },
  };
  const monitor = new CallMonitor(store as SharedAccount, {
    limits: LIMITS,
    listener: {
      onChange: () => undefined,
      onHold: (detail) => void held.push(detail),
      onError: (error) => void errors.push(error),
    },
  });
  return { monitor, reports, errors, held };
}

describe("the calls of an account", () => {
  it("are reported together, sends and checks apart; what both need counts for both", async () => {
    const { monitor, reports } = aMonitor();

    monitor.count("send", true);
    monitor.count("send", false);
    monitor.count("check", true);
    monitor.count("all", true);
    monitor.throttled();
    await monitor.stop();

    expect(reports).toMatchObject([
      {
        sends: { calls: 3, failures: 1 },
        checks: { calls: 2, failures: 0 },
        made: { calls: 4, throttled: 1 },
        probe: null,
      },
    ]);
  });

  it("are reported once, and nothing is reported where there was none", async () => {
    const { monitor, reports } = aMonitor();

    await monitor.stop();
    monitor.count("send", true);
    await monitor.stop();
    await monitor.stop();

    expect(reports).toHaveLength(1);
  });

  it("a probe and a refusal of the credentials are reported at once", async () => {
    const { monitor, reports, held } = aMonitor();

    await monitor.probed("check", true);
    await monitor.hold("wrong secret");

    expect(reports).toMatchObject([{ probe: { of: "check", ok: true } }, { unauthorized: true }]);
    expect(held).toEqual(["wrong secret"]);
  });

  it("many failures are told at once, so that no more calls go to a platform that is away", async () => {
    const { monitor, reports } = aMonitor();

    for (let call = 0; call < 24; call += 1) monitor.count("send", false);
    expect(reports).toEqual([]);
    monitor.count("send", false);

    expect(reports).toMatchObject([{ sends: { calls: 25, failures: 25 } }]);
    await monitor.stop();
    expect(reports).toHaveLength(1);
  });

  it("a token that cannot be fetched is told at once: all that wait for it fail with it", async () => {
    const { monitor, reports } = aMonitor();

    monitor.count("all", false);

    expect(reports).toMatchObject([{ sends: { failures: 1 }, checks: { failures: 1 } }]);
    await monitor.stop();
    expect(reports).toHaveLength(1);
  });

  it("as many failures among more calls that were answered are told in their turn", async () => {
    const { monitor, reports } = aMonitor();

    for (let call = 0; call < 26; call += 1) monitor.count("check", true);
    for (let call = 0; call < 25; call += 1) monitor.count("check", false);

    expect(reports).toEqual([]);
    await monitor.stop();
    expect(reports).toMatchObject([{ checks: { calls: 51, failures: 25 } }]);
  });

  it("a report that fails is emitted, and stops nothing", async () => {
    const { monitor, errors } = aMonitor(new Error("away"));

    monitor.count("send", true);
    await monitor.stop();

    expect(errors).toMatchObject([{ message: "away" }]);
  });

  it("are not told at once while any report is under way, and are all told before it has stopped", async () => {
    vi.useFakeTimers();
    const answers: (() => void)[] = [];
    const store: Partial<SharedAccount> = {
      reportCalls: async () => {
        await new Promise<void>((resolve) => void answers.push(resolve));
        return { state: "closed", until: 0, of: null, changed: false };
      },
    };
    const listener = { onChange: () => undefined, onHold: () => undefined, onError: () => undefined };
    const monitor = new CallMonitor(store as SharedAccount, { limits: LIMITS, listener });
    monitor.count("all", false);
    monitor.count("send", true);
    await vi.advanceTimersByTimeAsync(250);
    expect(answers).toHaveLength(2);
    answers[1]?.();
    await vi.advanceTimersByTimeAsync(0);

    monitor.count("all", false);
    expect(answers).toHaveLength(2);
    let isStopped = false;
    const stopped = monitor.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(0);
    expect([answers.length, isStopped]).toEqual([2, false]);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect([answers.length, isStopped]).toEqual([3, false]);
    answers[2]?.();
    await stopped;
    vi.useRealTimers();
  });
});
