/**
 * The URL of a delivery's trace: only where traces are pushed, and only for one that is kept.
 */
import type { Config } from "../config/config.ts";
import type { OperationsContext } from "../operations/context.ts";
import { acknowledgement } from "../telemetry/spans.ts";

/** The placeholder in `console.traceUrl`. */
const PLACE = "{traceId}";

export function traceLinks({
  telemetry,
  console,
}: Pick<Config, "telemetry" | "console">): OperationsContext["traceOf"] {
  const { traces } = telemetry;
  if (traces === undefined) return () => null;
  return (delivery) => {
    const { own } = acknowledgement(delivery, traces.ratio);
    if (!own.isSampled) return null;
    return { id: own.traceId, url: console.traceUrl?.replaceAll(PLACE, own.traceId) ?? null };
  };
}
