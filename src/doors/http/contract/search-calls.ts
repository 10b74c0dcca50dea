/**
 * Finding things, and lanes that wait for a person.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { accountName, call, cursor, limit, none, ok } from "./fields.ts";

export const searchCalls = {
  search: call({
    name: "search",
    tag: "search",
    method: "GET",
    path: "/v1/search",
    summary: "Find what an id or a name belongs to",
    description:
      "Finds a delivery by its id, its key, an id of the platform (workId, taskUuid) or its lane; a bulk " +
      "action; an account. Everything is looked up in an index, by the exact text.",
    role: "reader",
    pathSchema: none,
    query: z.strictObject({ q: z.string().trim().min(1).max(200) }),
    body: z.unknown(),
    answers: ok(schemas.searchHits, "What was found, at most some dozens."),
    problems: [],
  }),
  listLanes: call({
    name: "listLanes",
    tag: "search",
    method: "GET",
    path: "/v1/lanes",
    summary: "List lanes that a dead letter holds, and how many deliveries wait behind it",
    description:
      "The latest dead letter comes first. A page may be short or empty and still have a nextCursor.",
    role: "reader",
    pathSchema: none,
    query: z.strictObject({
      held: z.literal("true").default("true"),
      account: accountName.optional(),
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.heldLanePage, "A page."),
    problems: [404],
  }),
} as const;
