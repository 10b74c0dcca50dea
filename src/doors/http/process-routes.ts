/**
 * What a supervisor asks of the process itself.
 */
import { measure } from "../../operations/measure.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { metricsText, type MetricsInput } from "./metrics.ts";
import { route, type Route } from "./route.ts";

export interface ProcessView {
  /** What stands in the way of serving; empty if nothing does. */
  readonly complaints: () => Promise<readonly string[]>;
  /** What an operator is to know, although it does not stand in the way. */
  readonly remarks: () => Promise<readonly string[]>;
  readonly counts: () => Pick<MetricsInput, "requests" | "waiting">;
}

export function processRoutes(
  context: OperationsContext,
  { complaints, remarks, counts }: ProcessView,
): Route[] {
  return [
    route(calls.live, async () => ({ status: 200, body: { ready: true, reasons: [] } })),
    route(calls.ready, async () => {
      const reasons = await complaints();
      const ready = reasons.length === 0;
      const told = ready ? await remarks() : reasons;
      return { status: ready ? 200 : 503, body: { ready, reasons: told } };
    }),
    route(calls.metrics, async () => {
      const result = await measure(context);
      const measured = result.kind === "measured" ? result.items : null;
      const refusedOrders = result.kind === "measured" ? result.refusedOrders : null;
      return { status: 200, body: metricsText({ measured, refusedOrders, ...counts() }) };
    }),
  ];
}
