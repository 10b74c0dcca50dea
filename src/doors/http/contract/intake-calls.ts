/**
 * Orders that producers write into Redis: what operators ask about them.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { call, cursor, limit, none, ok } from "./fields.ts";

export const intakeCalls = {
  listRefusedOrders: call({
    name: "listRefusedOrders",
    tag: "intake",
    method: "GET",
    path: "/v1/intake/refused",
    summary: "List orders that the intake refused",
    description: "These orders have no delivery. The latest come first; the latest ten thousand are kept.",
    role: "viewer",
    withheld: { include: "order", role: "operator" },
    pathSchema: none,
    query: z.strictObject({ include: z.literal("order").optional(), limit, cursor: cursor.optional() }),
    body: z.unknown(),
    answers: ok(schemas.refusedOrderPage, "A page."),
    problems: [],
  }),
} as const;
