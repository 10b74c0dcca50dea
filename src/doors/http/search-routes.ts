/**
 * Finding things, and held lanes, over HTTP.
 */
import { listHeldLanes } from "../../operations/held-lanes.ts";
import { search } from "../../operations/search.ts";
import type { OperationsWorld } from "../../operations/world.ts";
import { calls } from "./contract.ts";
import { invalid, unavailable, unknownAccount } from "./problem.ts";
import { route, type Route } from "./route.ts";

export function searchRoutes(world: OperationsWorld): Route[] {
  return [
    route(calls.search, async ({ query: { q }, caller }) => {
      const result = await search({ caller, text: q }, world);
      if (result.kind === "unavailable") return unavailable;
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.listLanes, async ({ query, caller }) => {
      const result = await listHeldLanes({ ...query, caller }, world);
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
