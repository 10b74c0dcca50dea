/**
 * The process: what supervisors call.
 */
import { z } from "zod";
import * as schemas from "../schemas.ts";
import { call, none, ok } from "./fields.ts";

export const processCalls = {
  live: call({
    name: "getLiveness",
    tag: "process",
    method: "GET",
    path: "/livez",
    summary: "Whether the process is alive",
    role: "public",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: ok(schemas.health, "It is alive."),
    problems: [],
  }),
  ready: call({
    name: "getReadiness",
    tag: "process",
    method: "GET",
    path: "/readyz",
    summary: "Whether the process is ready: Redis answers",
    role: "public",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: {
      ...ok(schemas.health, "It is ready."),
      503: { description: "It is not ready.", schema: schemas.health },
    },
    problems: [],
  }),
  metrics: call({
    name: "getMetrics",
    tag: "process",
    method: "GET",
    path: "/metrics",
    summary: "Metrics, as Prometheus reads them",
    role: "metrics",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: {
      200: { description: "Metrics.", schema: null, mediaType: "text/plain; version=0.0.4; charset=utf-8" },
    },
    problems: [],
  }),
} as const;
