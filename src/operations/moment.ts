/**
 * Times in requests (milliseconds since 1970, or ISO 8601 with a time zone) and in answers (ISO 8601 in UTC).
 */
import { z } from "zod";

const EXPECTED = {
  error: "expected ISO 8601 with a time zone (2026-03-01T08:30:00+08:00), or milliseconds since 1970",
};
/** The first and the last moment that a JavaScript date can hold are this far from 1970. */
const FARTHEST_MS = 8_640_000_000_000_000;

const iso = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const moment = z.union([z.number().int().positive().max(FARTHEST_MS), iso], EXPECTED);

/** In a query everything is text. */
const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export const momentInQuery = z.union([digits, iso], EXPECTED);

/** A stored moment. Never throws: one that no date can hold becomes the nearest one that can be held. */
export function isoMoment(ms: number): string;
export function isoMoment(ms: number | null): string | null;
export function isoMoment(ms: number | null): string | null {
  if (ms === null) return null;
  const near = Math.min(FARTHEST_MS, Math.max(-FARTHEST_MS, ms));
  return new Date(Number.isNaN(near) ? 0 : near).toISOString();
}
