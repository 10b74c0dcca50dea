/**
 * The schema of times in requests: milliseconds since 1970, or ISO 8601 with a time zone.
 */
import { z } from "zod";

const EXPECTED = {
  error: "expected ISO 8601 with a time zone (2026-03-01T08:30:00+08:00), or milliseconds since 1970",
};
/** The last moment that a JavaScript date can hold. */
const LAST_MS = 8_640_000_000_000_000;

const iso = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const moment = z.union([z.number().int().positive().max(LAST_MS), iso], EXPECTED);

/** In a query everything is text. */
const digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export const momentInQuery = z.union([digits, iso], EXPECTED);
