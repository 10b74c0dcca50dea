/**
 * Schemas of durations and whole numbers in the configuration.
 */
import { z } from "zod";
import { say } from "../language/say.ts";

/** A duration between two limits, which are written in the same form. Parsed to ms. */
export function duration(least: string, most: string) {
  const [from, to] = [durationMs(least), durationMs(most)];
  const error = say("expected a duration like 500ms, 30s, 15m, 24h or 7d");
  return z
    .string({ error: ({ input }) => (input === undefined ? undefined : error) })
    .regex(/^\d+(ms|s|m|h|d)$/, { error, abort: true })
    .refine((text) => durationMs(text) >= from && durationMs(text) <= to, {
      error: say("expected a duration from {least} to {most}", { least, most }),
    })
    .transform(durationMs);
}
export function wholeNumber(least: number, most: number) {
  const error = say("expected a whole number from {least} to {most}", { least, most });
  return z.number().int({ error }).min(least, { error }).max(most, { error });
}

function durationMs(text: string): number {
  const amount = Number.parseInt(text, 10);
  const unit = text.replace(/^\d+/, "");
  const factors: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return amount * (factors[unit] ?? 1);
}
