/**
 * Operations over HTTP: what can be delivered.
 */
import { describeOperations } from "../../operations/describe-operations.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { calls } from "./contract.ts";
import { route, type Route } from "./route.ts";

export function operationRoutes(context: Pick<OperationsContext, "accounts">): Route[] {
  return [
    route(calls.listOperations, async ({ caller }) => ({
      status: 200,
      body: { items: describeOperations({ caller }, context), nextCursor: null },
    })),
  ];
}
