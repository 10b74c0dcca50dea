/**
 * Schemas of telemetry and objectives in the configuration.
 */
import { z } from "zod";
import { say } from "../language/say.ts";
import { duration, wholeNumber } from "./scalars.ts";

export const telemetrySchema = z
  .strictObject({
    /** The port on which each process serves its metrics (`/metrics`); the API also serves them on its own port. */
    metricsPort: wholeNumber(1, 65_535).optional(),
    /** The address on which the port listens. Default: all addresses, like the health port. */
    metricsHost: z.string().min(1).optional(),
    /** An OTLP receiver over HTTP (`http://127.0.0.1:4318`): metrics are pushed to it. */
    otlp: z.url({ protocol: /^https?$/, error: say("expected a URL like http://127.0.0.1:4318") }).optional(),
    /** Traces, one for each delivery, which are pushed to the same receiver. Absent: no traces. */
    traces: z
      .strictObject({
        /** The share of traces that is kept, 0 to 1. For traces that begin at a producer, the producer decides. */
        ratio: z
          .number()
          .refine((ratio) => ratio >= 0 && ratio <= 1, { error: say("expected a ratio from 0 to 1") })
          .default(1),
      })
      .optional(),
  })
  .refine(({ otlp, traces }) => traces === undefined || otlp !== undefined, {
    path: ["otlp"],
    error: say("is missing; traces are pushed to it"),
  });

const objective = {
  /** The time from acknowledgement (or `sendAt`) within which a delivery is to be proven. */
  confirmWithin: duration("1s", "90d"),
  /** The share of deliveries that is to be proven in time, in percent: 99.9. */
  objective: z.number().refine((percent) => percent >= 50 && percent < 100, {
    error: "expected a percentage from 50 to below 100",
  }),
};

export const sloSchema = z.strictObject({
  ...objective,
  /** Operations with an objective of their own. */
  operations: z.record(z.string(), z.strictObject(objective)).default({}),
});

export type SloConfig = z.output<typeof sloSchema>;
