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
    description: "Each says so every five seconds, and is left out once it has said nothing for fifteen.",
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
    summary: "Show what was accepted, proven and given up over time",
    description:
      "As it was counted while it happened: nothing is searched through. Minutes are known for a day, hours for five " +
      "weeks.",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({
      account: accountName.optional(),
      since: momentInQuery.optional().describe("Default: an hour before `until`."),
      until: momentInQuery.optional().describe("Default: now."),
      bucketMinutes: wholeNumber(1, 10_080).optional().describe("Default: sixty buckets or so."),
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
    summary: "Show how well each account keeps its objective",
    description:
      "As `bida slo`: what ended since then, and what is left of the error budget of the account's `slo`. What single " +
      "operations promise is in the metrics.",
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
    summary: "Show what Bida depends on: Redis, what workers hold, and the configuration in force",
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
    summary: "Look for what is broken, and say how to mend it",
    description:
      "As `bida doctor`, from where the API is: Redis, the platforms, the work. It asks the platforms for nothing but " +
      "tokens and lists. Asked again within ten seconds, it answers what it has found.",
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
    summary: "Follow what is going on, as server-sent events",
    description:
      "An event `state` whenever something has changed, at most every two seconds: its data is the schema `Live`. " +
      "Comments in between keep the connection. A stream ends after some minutes; with Last-Event-ID whoever comes " +
      "back is told only what is news.",
    role: "viewer",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: {
      200: {
        description: "Events until somebody ends it; the schema is that of their data.",
        schema: null,
        shownSchema: schemas.live,
        mediaType: "text/event-stream",
      },
    },
    problems: [],
  }),
} as const;
