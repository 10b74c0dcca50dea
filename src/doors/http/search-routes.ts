/**
 * Finding things, and held lanes, over HTTP.
 */
import { listHeldLanes } from "../../operations/held-lanes.ts";
import { search } from "../../operations/search.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { invalid, unavailable, unknownAccount } from "./problem.ts";
import { route, type Route } from "./route.ts";

export function searchRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.search, async ({ query: { q }, caller }) => {
      const result = await search({ caller, text: q }, context);
      if (result.kind === "unavailable") return unavailable;
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.listLanes, async ({ query, caller }) => {
      const result = await listHeldLanes({ ...query, caller }, context);
      switch (result.kind) {
        case "lanes":
          return { status: 200, body: { items: result.items, nextCursor: result.nextCursor } };
        case "invalid":
          return invalid(result.errors);
        case "unknownAccount":
          return unknownAccount(result.account);
        case "unavailable":
          return unavailable;
      }
    }),
  ];
}
