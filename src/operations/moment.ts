/**
 * Moments at the door: milliseconds since 1970, or ISO 8601 with a time zone.
 */
import { z } from "zod";

export const moment = z.union([
  z.number().int().positive().max(8_640_000_000_000_000),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);

/** In a query everything is text. */
export const momentInQuery = z.union([
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
