/**
 * Every way in which the sandbox can misbehave, with its parameters.
 *
 * Durations are platform durations in ms and are multiplied by `timeScale`; `retryAfterSeconds` is sent
 * unscaled, because the client reads it by its own clock.
 */
import { z } from "zod";
import { alterations } from "../altered-text.ts";
import type { Endpoint, EndpointName } from "../endpoint.ts";

const durationMs = z.number().nonnegative();
const serverError = z.literal([500, 502, 503, 504]).default(500);
/** What proxies, load balancers and firewalls answer although the platform has done its work. */
const proxyError = z
  .literal([
    301, 302, 307, 401, 403, 404, 405, 408, 409, 413, 423, 425, 429, 460, 499, 500, 502, 503, 504, 520,
  ])
  .default(503);
const retryAfter = {
  retryAfterSeconds: z.number().int().nonnegative().default(1),
  /** Retry-After as a date instead of seconds. */
  httpDate: z.boolean().default(false),
  /** Without any Retry-After. */
  bare: z.boolean().default(false),
};

export const faultSchema = z.discriminatedUnion("fault", [
  z.strictObject({ fault: z.literal("refuse") }),
  z.strictObject({ fault: z.literal("hang"), limitMs: durationMs.default(600_000) }),
  z.strictObject({ fault: z.literal("hang-after"), limitMs: durationMs.default(600_000) }),
  z.strictObject({ fault: z.literal("cut-before") }),
  z.strictObject({ fault: z.literal("cut-after"), midAnswer: z.boolean().default(false) }),
  z.strictObject({ fault: z.literal("error-before"), status: serverError }),
  z.strictObject({ fault: z.literal("error-after"), status: serverError }),
  z.strictObject({ fault: z.literal("throttled"), ...retryAfter }),
  z.strictObject({ fault: z.literal("unavailable"), ...retryAfter }),
  z.strictObject({ fault: z.literal("not-stored") }),
  z.strictObject({ fault: z.literal("late"), lateMs: durationMs.default(5_000) }),
  z.strictObject({
    fault: z.literal("bad-recipients"),
    openIds: z.array(z.string()).optional(),
    fraction: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({ fault: z.literal("member-lookup-failed") }),
  z.strictObject({ fault: z.literal("busy") }),
  z.strictObject({ fault: z.literal("parameter-error") }),
  z.strictObject({ fault: z.literal("token-expired"), as: z.enum(["401", "200"]).optional() }),
  z.strictObject({ fault: z.literal("token-down"), status: serverError }),
  z.strictObject({
    fault: z.literal("check-throttled"),
    /** What stands beside `errormsg`. */
    as: z.enum(["zeros", "no-counts", "pending", "done", "check-true"]).default("zeros"),
  }),
  z.strictObject({
    fault: z.literal("check-failed"),
    /** Where the trouble shows; `another`: the answer is about another todo. */
    as: z
      .enum(["errormsg", "error", "code", "message", "no-counts", "no-data", "list", "both", "another"])
      .default("errormsg"),
  }),
  z.strictObject({
    fault: z.literal("failed-inside"),
    /** Where the trouble can be seen. */
    as: z.enum(["error", "code"]).default("error"),
  }),
  z.strictObject({ fault: z.literal("duplicate-empty") }),
  z.strictObject({ fault: z.literal("duplicate-foreign") }),
  z.strictObject({
    fault: z.literal("lying-proxy"),
    status: proxyError,
    /** Null: without Retry-After. */
    retryAfterSeconds: z.number().int().nonnegative().nullable().default(null),
  }),
  z.strictObject({ fault: z.literal("empty-list") }),
  z.strictObject({ fault: z.literal("other-id") }),
  z.strictObject({
    fault: z.literal("encoded"),
    as: z.enum(["gzip", "deflate", "raw-deflate", "br"]).default("gzip"),
  }),
  z.strictObject({ fault: z.literal("altered-text"), how: z.enum(alterations).default("spaces") }),
  z.strictObject({ fault: z.literal("echo"), status: z.literal([200, 400, 500]).default(200) }),
  z.strictObject({
    fault: z.literal("firewall"),
    /** Only calls that contain this text. */
    containing: z.string().min(1).optional(),
  }),
  z.strictObject({
    fault: z.literal("reset-on-reuse"),
    /** Whether the next call on this connection is still performed. */
    after: z.boolean().default(false),
  }),
  z.strictObject({ fault: z.literal("broken-json") }),
  z.strictObject({ fault: z.literal("huge-body"), bytes: z.number().int().positive().default(1_572_864) }),
  z.strictObject({
    fault: z.literal("slow-drip"),
    totalMs: durationMs.default(10_000),
    pieces: z.number().int().min(2).max(1_000).default(20),
  }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultName = Fault["fault"];

/** The parameters of all faults, for random ones: each takes those that it knows. */
export const parameterNames = new Set(
  faultSchema.options.flatMap((option) => Object.keys(option.shape)).filter((name) => name !== "fault"),
);

export function faultWith(fault: FaultName, parameters: Readonly<Record<string, unknown>>): unknown {
  const option = faultSchema.options.find(({ shape }) => shape.fault.value === fault);
  const known = Object.keys(option?.shape ?? {});
  const own = Object.entries(parameters).filter(([name]) => known.includes(name));
  return { ...Object.fromEntries(own), fault };
}

export const faultNames = faultSchema.options.map((option) => option.shape.fault.value);

type Place = Pick<Endpoint, "name" | "kind">;

const todoWrites: readonly EndpointName[] = ["todo.create", "todo.action"];
const onWrites = ({ kind }: Place): boolean => kind === "write";
const onTodoWrites = ({ name }: Place): boolean => todoWrites.includes(name);

/** Where a fault applies; faults that are not named here apply everywhere. */
const places: Partial<Record<FaultName, (place: Place) => boolean>> = {
  "not-stored": onWrites,
  // Hainan has no API that shows a task, so nothing can be shown late.
  late: (place) => onWrites(place) && !place.name.startsWith("task."),
  "bad-recipients": onTodoWrites,
  "member-lookup-failed": onTodoWrites,
  busy: onTodoWrites,
  "parameter-error": onTodoWrites,
  "token-expired": ({ name }) => name.startsWith("todo.") || name.startsWith("schedule."),
  "token-down": ({ kind }) => kind === "token",
  "check-throttled": ({ name }) => name === "todo.check",
  "check-failed": ({ name }) => name === "todo.check",
  "failed-inside": ({ name, kind }) =>
    kind !== "token" && name !== "todo.check" && !name.startsWith("message."),
  "duplicate-empty": ({ name }) => name === "task.create",
  "duplicate-foreign": ({ name }) => name === "task.create",
  "empty-list": ({ name }) => name === "schedule.teamWorks" || name === "schedule.queryByDay",
  "other-id": ({ name }) => name === "schedule.create",
  // No API shows the text of a todo.
  "altered-text": ({ name }) => !name.startsWith("to"),
};

/** Whether a fault applies here; otherwise it is skipped, not used up. */
export function appliesTo(fault: FaultName, place: Place): boolean {
  return places[fault]?.(place) ?? true;
}
