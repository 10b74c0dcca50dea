/**
 * The intake over HTTP.
 */
import { say } from "../../language/say.ts";
import { isoMoment } from "../../operations/moment.ts";
import { listRefusedOrders } from "../../operations/refused-orders.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { invalid, unavailable } from "./problem.ts";
import { route, type Route } from "./route.ts";

/** The id of a stream entry. */
const CURSOR = /^\d{1,20}-\d{1,20}$/;

export function intakeRoutes(context: OperationsContext): Route[] {
  return [
    route(calls.listRefusedOrders, async ({ caller, query: { include, limit, cursor = null } }) => {
      if (cursor !== null && !CURSOR.test(cursor))
        return invalid([
          { pointer: "/query/cursor", detail: say("expected the nextCursor of an earlier page") },
        ]);
      const withText = include === "order";
      const page = await listRefusedOrders({ caller, limit, cursor, withText }, context);
      if (page.kind === "unavailable") return unavailable(page);
      const items = page.items.map(({ at, source, producer, entry, errors, text }) => {
        const item = { at: isoMoment(at), source, producer, entry, errors };
        return withText ? { ...item, order: text } : item;
      });
      return { status: 200, body: { items, nextCursor: page.nextCursor } };
    }),
  ];
}
