/**
 * What a supervisor asks of the process itself.
 */
import { calls } from "./contract.ts";
import { route, type Route } from "./route.ts";

interface ProcessView {
  /** What stands in the way of serving; empty if nothing does. */
  readonly complaints: () => Promise<readonly string[]>;
  /** Warnings for an operator that do not keep the process from serving. */
  readonly remarks: () => Promise<readonly string[]>;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

export function processRoutes({ complaints, remarks, metrics }: ProcessView): Route[] {
  return [
    route(calls.live, async () => ({ status: 200, body: { ready: true, reasons: [] } })),
    route(calls.ready, async () => {
      const reasons = await complaints();
      const ready = reasons.length === 0;
      const told = ready ? await remarks() : reasons;
      return { status: ready ? 200 : 503, body: { ready, reasons: told } };
    }),
    route(calls.metrics, async () => ({ status: 200, body: await metrics() })),
  ];
}
