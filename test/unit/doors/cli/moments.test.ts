import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/doors/cli/exit-status.ts";
import { durationMs, future, localTime, past, spoken } from "../../../../src/doors/cli/moments.ts";

const NOW = Date.parse("2026-03-01T08:30:00Z");

describe("moments as people type them", () => {
  it.each([
    ["30s", 30_000],
    ["1.5h", 5_400_000],
    ["7d", 604_800_000],
    ["90", 90_000],
    ["soon", null],
  ])("%s lasts %s ms", (text, ms) => expect(durationMs(text)).toBe(ms));

  it("a duration is before now for what is past, after now for what is to come", () => {
    expect(past("2h", { flag: "--since", now: NOW })).toBe(NOW - 7_200_000);
    expect(future("10m", { flag: "--send-at", now: NOW })).toBe(NOW + 600_000);
  });

  it("are shown in local time, with the zone", () => {
    const shown = localTime("2026-03-01T08:30:00.000Z") ?? "";

    expect(shown).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:00[+-]\d{2}:\d{2}$/);
    expect(Date.parse(shown.replace(" ", "T"))).toBe(NOW);
    expect(localTime(null)).toBeNull();
  });

  it("a date without a zone is local, also one without a time", () => {
    expect(past("2026-03-01", { flag: "--since", now: NOW })).toBe(new Date(2026, 2, 1).getTime());
    expect(past("2026-03-01T08:00:00+08:00", { flag: "--since", now: NOW })).toBe(
      Date.parse("2026-03-01T00:00:00Z"),
    );
  });

  it("anything else is refused with the flag's name", () => {
    expect(() => past("yesterday", { flag: "--since", now: NOW })).toThrow(UsageError);
    expect(() => past("yesterday", { flag: "--since", now: NOW })).toThrow(/^--since: /);
  });

  it.each([
    [4_200, "4s"],
    [60_000, "1m"],
    [7_500_000, "2h 5m"],
    [90_000_000, "1d 1h"],
  ])("%s ms are written as %s", (ms, text) => expect(spoken(ms)).toBe(text));
});
