/**
 * Metrics and objectives, as they stand in the configuration.
 */
import { z } from "zod";
import { say } from "../language/say.ts";
import { duration, wholeNumber } from "./scalars.ts";

export const telemetrySchema = z
  .strictObject({
    /** The port on which each process serves its metrics (`/metrics`); the API also serves them on its own port. */
    metricsPort: wholeNumber(1, 65_535).optional(),
    /** Listens only at this address of the machine. Default: at all of them, like the health port. */
    metricsHost: z.string().min(1).optional(),
    /** An OTLP receiver over HTTP (`http://127.0.0.1:4318`): metrics are pushed to it. */
    otlp: z.url({ protocol: /^https?$/, error: say("expected a URL like http://127.0.0.1:4318") }).optional(),
    /** Traces are pushed to the same receiver: one a delivery. Absent: there are none. */
    traces: z
      .strictObject({
        /** The share of the traces that begin in Bida which is kept, 0 to 1; a producer's own traces carry that decision. */
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
  /** From acknowledgement (or `sendAt`) until it is proven. */
  confirmWithin: duration("1s", "90d"),
  /** In percent: 99.9. */
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
