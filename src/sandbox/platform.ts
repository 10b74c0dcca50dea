/**
 * What a pretend platform is to the server: it looks at a call, says what the call is, and answers.
 * Storing happens in `answer`; the server decides whether the answer ever reaches the caller.
 */
import type { Fault } from "./faults.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; undefined if there was none or it did not parse. */
  readonly body: unknown;
}

export interface Endpoint {
  /** Short name for faults, counts and the call log, for example `todo.create`. */
  readonly name: string;
  /** Whom the call belongs to, as far as it says. */
  readonly account: (call: Call) => string;
  readonly entity: (call: Call) => string;
  readonly answer: (call: Call, fault: Fault | null) => Answer;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Platform {
  /** Null if the path is not this platform's. */
  endpoint(call: Pick<Call, "method" | "path">): Endpoint | null;
  ledger(): Record<string, unknown>;
  reset(): void;
}

/** The platforms' clock: `scale` 0.1 makes every duration of a platform ten times as short. */
export interface PlatformClock {
  now(): number;
  readonly scale: number;
}

/** A field of an untrusted body. */
export function fieldOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
