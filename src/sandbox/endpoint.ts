/**
 * A pretend endpoint: a name to which faults and counts refer, the subject of a call, and the function that
 * performs it.
 *
 * Invariant: `perform` is synchronous, so that a fault can strike exactly between "stored" and "answered".
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Fault } from "./faults/catalogue.ts";
import type { SandboxState } from "./state.ts";

export const endpointNames = [
  "token",
  "todo.create",
  "todo.action",
  "todo.check",
  "schedule.create",
  "schedule.modify",
  "schedule.delete",
  "schedule.finish",
  "schedule.unfinish",
  "schedule.repeatWork",
  "schedule.batchModify",
  "schedule.batchDelete",
  "schedule.teamWorks",
  "schedule.queryByDay",
  "schedule.detail",
  "task.create",
  "task.finish",
  "task.cancel",
  "message.unread",
  "message.read",
  "message.waitHandle",
] as const;

export type EndpointName = (typeof endpointNames)[number];
export type EndpointKind = "token" | "write" | "read";

export type PlatformRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly json: unknown;
  /** Arrival, by the sandbox' clock, in ms. */
  readonly at: number;
};

/** Whose call it is (appId, eid, accessKey, …) and what it is about (sourceId, workId, …). */
type Subject = { readonly account: string | null; readonly entity: string | null };

export type Call = {
  readonly request: PlatformRequest;
  readonly subject: Subject;
  readonly state: SandboxState;
  readonly fault: Fault | null;
};

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The value that `text` was made from, if it is JSON. */
  readonly body?: unknown;
  /** What the platform really did, in a few words for the call log. */
  readonly outcome: string;
};

export type Endpoint = {
  readonly name: EndpointName;
  readonly kind: EndpointKind;
  readonly methods: readonly string[];
  describe(request: PlatformRequest, state: SandboxState): Subject;
  perform(call: Call): Reply;
};

export function jsonReply(
  body: unknown,
  { outcome, status = 200 }: { readonly outcome: string; readonly status?: number },
): Reply {
  return { status, headers: {}, text: JSON.stringify(body), body, outcome };
}

/** The text under `name` in a JSON object, for log lines and counts only. */
export function textField(json: unknown, name: string): string | null {
  if (typeof json !== "object" || json === null) return null;
  const value: unknown = Reflect.get(json, name);
  return typeof value === "string" ? value : null;
}
