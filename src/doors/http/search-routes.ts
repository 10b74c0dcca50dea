/**
 * Finding things, and held lanes, over HTTP.
 */
import { listHeldLanes } from "../../operations/held-lanes.ts";
import { search } from "../../operations/search.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { problemOf, unavailable } from "./problem.ts";
import { route, type Route } from "./route.ts";

export function searchRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.search, async ({ query: { q }, caller }) => {
      const result = await search({ caller, text: q }, context);
      if (result.kind === "unavailable") return unavailable(result);
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.listLanes, async ({ query, caller }) => {
      const result = await listHeldLanes({ ...query, caller }, context);
      if (result.kind === "lanes")
        return { status: 200, body: { items: result.items, nextCursor: result.nextCursor } };
      return problemOf(result);
    }),
  ];
}
