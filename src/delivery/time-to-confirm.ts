/**
 * How long a delivery took from the moment at which it could be sent to its proof, as a step of a histogram.
 */
import type { DeliveryRequest, DeliveryState } from "./record.ts";

/** The upper bounds of the steps, in ms; the last step has none. */
export const CONFIRM_STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000, 1_800_000, 3_600_000, 21_600_000,
  86_400_000,
] as const;

/** How many steps there are, the one without an upper bound included. */
export const CONFIRM_STEPS = CONFIRM_STEPS_MS.length + 1;

/**
 * The step of a confirmed delivery; null for a replayed one, whose time depends on when a person replayed it.
 */
export function confirmStep(
  { createdAt, notBefore }: Pick<DeliveryRequest, "createdAt" | "notBefore">,
  { generation, finishedAt }: Pick<DeliveryState, "generation" | "finishedAt">,
): number | null {
  if (generation > 1 || finishedAt === undefined) return null;
  const tookMs = finishedAt - sendableFrom({ createdAt, notBefore });
  const step = CONFIRM_STEPS_MS.findIndex((end) => tookMs <= end);
  return step === -1 ? CONFIRM_STEPS_MS.length : step;
}

/** When a delivery could first be sent, in ms: its time to confirmation counts from here. */
export function sendableFrom({
  createdAt,
  notBefore,
}: Pick<DeliveryRequest, "createdAt" | "notBefore">): number {
  return notBefore === null ? createdAt : Math.max(createdAt, notBefore);
}
