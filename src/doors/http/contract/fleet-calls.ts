/**
 * The fleet as people look at it: what runs, what it depends on, what is going on.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { momentInQuery } from "../../../operations/moment.ts";
import { accountName, call, none, ok, wholeNumber } from "./fields.ts";

export const fleetCalls = {
  listWorkers: call({
    name: "listWorkers",
    tag: "fleet",
    method: "GET",
    path: "/v1/workers",
    summary: "Show the processes that run",
    description:
      "Each process reports every five seconds, and is left out when it has not reported for fifteen.",
    role: "viewer",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.workerList, "All processes."),
    problems: [],
  }),
  readStats: call({
    name: "readStats",
    tag: "fleet",
    method: "GET",
    path: "/v1/stats",
    summary: "Show what was accepted, confirmed and dead over time",
    description:
      "Read from counters, without a search. There are counters by minute for a day, and by hour for five " +
      "weeks.",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({
      account: accountName.optional(),
      since: momentInQuery.optional().describe("Default: an hour before `until`."),
      until: momentInQuery.optional().describe("Default: now."),
      bucketMinutes: wholeNumber(1, 10_080).optional().describe("Default: about sixty buckets."),
    }),
    body: z.unknown(),
    answers: ok(schemas.stats, "Buckets, the earliest first, and each account over the whole time."),
    problems: [404],
  }),
  readSlo: call({
    name: "readSlo",
    tag: "fleet",
    method: "GET",
    path: "/v1/slo",
    summary: "Show how well each account meets its objective",
    description:
      "Like `bida slo`: what ended since then, and what is left of the error budget of the account's " +
      "`slo`. The objectives of single operations are in the metrics.",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({
      account: accountName.optional(),
      since: momentInQuery.optional().describe("At most five weeks ago. Default: thirty days ago."),
    }),
    body: z.unknown(),
    answers: ok(schemas.slo, "The accounts that have an objective."),
    problems: [404],
  }),
  showSystem: call({
    name: "getSystem",
    tag: "fleet",
    method: "GET",
    path: "/v1/system",
    summary: "Show what Bida depends on: Redis, what workers hold, and the effective configuration",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({ include: z.literal("config").optional() }),
    body: z.unknown(),
    answers: ok(schemas.system, "As this process sees them."),
    problems: [],
  }),
  runDoctor: call({
    name: "runDoctor",
    tag: "fleet",
    method: "GET",
    path: "/v1/doctor",
    summary: "Look for what is broken, and say how to fix it",
    description:
      "Like `bida doctor`, from the API's machine: Redis, the platforms, the deliveries. From the " +
      "platforms it requests only tokens and lists. Within ten seconds, a second call gets the same result.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.findings, "What it found."),
    problems: [],
  }),
  stream: call({
    name: "streamLive",
    tag: "fleet",
    method: "GET",
    path: "/v1/stream",
    summary: "Follow the live state, as server-sent events",
    description:
      "Sends an event `state` when something has changed, at most every two seconds. Its data has the " +
      "schema `Live`. Comments in between keep the connection open. A stream ends after some minutes. A " +
      "client that reconnects with Last-Event-ID gets an event only if something has changed since.",
    role: "viewer",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: {
      200: {
        description: "Events until one side closes the stream; the schema is that of their data.",
        schema: null,
        shownSchema: schemas.live,
        mediaType: "text/event-stream",
      },
    },
    problems: [],
  }),
} as const;
