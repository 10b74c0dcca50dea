/**
 * The daily digest comes once a day, at its time on the readers' clock.
 */
import { expect, it } from "vitest";
import { digestDue } from "../../../src/alerts/digest-time.ts";

const at = (text: string): number => Date.parse(text);
const SHANGHAI = { at: "09:00", zone: "Asia/Shanghai" };

it.each([
  ["a minute early", "2026-11-26T00:59:00Z", "2026-11-25", null],
  ["on time", "2026-11-26T01:00:00Z", "2026-11-25", "2026-11-26"],
  ["once a day", "2026-11-26T05:00:00Z", "2026-11-26", null],
  ["late in the evening, which is tomorrow there", "2026-11-26T16:30:00Z", "2026-11-26", null],
  ["late, after an outage", "2026-11-27T10:00:00Z", "2026-11-26", "2026-11-27"],
])("%s", (_when, now, last, day) => {
  expect(digestDue(SHANGHAI, { lastDay: last, now: at(now) })).toBe(day);
});
