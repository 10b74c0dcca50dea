/**
 * What can be delivered.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { call, none, ok } from "./fields.ts";

export const operationCalls = {
  listOperations: call({
    name: "listOperations",
    tag: "operations",
    method: "GET",
    path: "/v1/operations",
    summary: "Show the operations and their payloads",
    description:
      "Every operation of the caller's accounts, with the JSON Schema (2020-12) of its payload. Unknown " +
      "fields are passed on to the platform.",
    role: "reader",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.operationList, "All operations."),
    problems: [],
  }),
} as const;
