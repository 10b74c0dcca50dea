/**
 * Deliveries over HTTP: show (and wait), list, cancel.
 */
import type { IncomingHttpHeaders } from "node:http";
import { say } from "../../language/say.ts";
import { cancelDelivery } from "../../operations/cancel.ts";
import { mayAccess } from "../../operations/caller.ts";
import type { EndWatch } from "../../operations/end-watch.ts";
import { inspect, type InspectResult } from "../../operations/inspect.ts";
import { listDeliveries, type ListResult } from "../../operations/list.ts";
import type { OperationsContext } from "../../operations/context.ts";
import type { Answer } from "./call.ts";
import { calls } from "./contract.ts";
import { conflict, forbidden, problemOf, type Problem } from "./problem.ts";
import { deliveryProblem } from "./delivery-problems.ts";
import { route, type Route } from "./route.ts";
import { translateDetails, translateDelivery } from "./translate-delivery.ts";

export function deliveryRoutes(context: OperationsContext, ends: EndWatch): Route[] {
  return [
    route(calls.inspect, async ({ path: { id }, query, caller, headers, gone }) => {
      const { wait = 0, include = [] } = query;
      if (wait > 0) {
        const first = await inspect({ id, caller, include: [] }, context);
        if (first.kind !== "found") return inspected(first, headers);
        if (!first.hasEnded)
          await ends.wait({ account: first.account, id }, { ms: wait * 1_000, signal: gone });
      }
      return inspected(await inspect({ id, caller, include }, context), headers);
    }),
    route(calls.list, async ({ query, caller, headers }) => {
      if (caller.role === "producer" && query.account !== undefined && !mayAccess(caller, query.account))
        return forbidden(say("this key may not use that account"));
      return listed(await listDeliveries({ ...query, caller }, context), headers);
    }),
    route(calls.cancel, async ({ path: { id }, body, caller }) => {
      const result = await cancelDelivery({ id, caller, note: body?.note ?? null }, context);
      switch (result.kind) {
        case "cancelled":
          return { status: 200, body: result.delivery };
        case "tooLate":
          return conflict(
            "tooLate",
            say("it is {status}: only what was never sent can be cancelled", { status: result.status }),
          );
        case "notFound":
        case "unreadable":
        case "unavailable":
          return deliveryProblem(result);
      }
    }),
  ];
}

function inspected(result: InspectResult, headers: IncomingHttpHeaders): Answer | Problem {
  if (result.kind === "found") return { status: 200, body: translateDelivery(result.delivery, headers) };
  return deliveryProblem(result);
}

export function listed(result: ListResult, headers: IncomingHttpHeaders): Answer | Problem {
  if (result.kind === "page") {
    const { items, nextCursor } = result;
    return { status: 200, body: { items: translateDetails(items, headers), nextCursor } };
  }
  return problemOf(result);
}
