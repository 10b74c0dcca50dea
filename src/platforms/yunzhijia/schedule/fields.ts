/**
 * The fields of a schedule, each with the values that the documents allow (document 002; newer options
 * from docs/platforms/yunzhijia.md, "Schedules").
 *
 * In an optional field `null` counts as absent, and is not sent.
 */
import { z } from "zod";

const MILLISECONDS = "expected a time in milliseconds since 1970";
/** Times in seconds are below this until the year 5138; times in milliseconds are above it since March 1973. */
export const LEAST_MS = 100_000_000_000;
export const MOST_MS = 99_999_999_999_999;

export const text = z.string().min(1, "expected a text that is not empty");
export const texts = z.array(text);

export const moment = z
  .int({
    error: ({ input }) => (input === undefined ? `${MILLISECONDS}, but it is missing` : MILLISECONDS),
  })
  .min(LEAST_MS, `${MILLISECONDS}; this one looks like seconds`)
  .max(MOST_MS, `${MILLISECONDS}; this one is too large`);

const REPEATS = "expected 0 to 5";
export const repeat = z
  .int({ error: ({ input }) => (input === undefined ? `${REPEATS}, but it is missing` : REPEATS) })
  .min(0, REPEATS)
  .max(5, REPEATS);
/** The document's table says a number, its example has a text. */
export const repeatAlsoAsText = z.union([repeat, z.string().regex(/^[0-5]$/)], { error: REPEATS });

export const details = {
  noticeTime: z.literal([-1, 0, 15, 60], { error: "expected -1, 0, 15 or 60" }).nullish(),
  /** Newer revision of the document: in place of `noticeTime`. */
  noticeTimes: z.array(z.number()).nullish(),
  topState: z.literal([0, 1], { error: "expected 0 or 1" }).nullish(),
  submitExperience: z.boolean().nullish(),
  /** Newer revision of the document: free text, which the lists return. */
  channel: z.string().nullish(),
};

/** The error for a series that repeats and has no end. */
export const noRepeatEnd = `${MILLISECONDS}, but it is missing`;
