/**
 * A call of the contract with what answers it.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { z } from "zod";
import type { Fault } from "../../delivery/exact-json.ts";
import type { Caller } from "../../operations/caller.ts";
import type { Answer, Call } from "./call.ts";
import type { Problem } from "./problem.ts";

export interface Asked<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** What of the body cannot be carried; none where the call does not look at its items one by one. */
  readonly bodyFaults: readonly Fault[];
  readonly headers: IncomingHttpHeaders;
  /** The address of the caller, as far as the trusted proxies say. */
  readonly address: string;
  /** As the answer's X-Request-Id names it. */
  readonly requestId: string;
  /** The id of the session that asks; null for a key. */
  readonly session: string | null;
  /** Aborts when the caller hangs up. */
  readonly gone: AbortSignal;
}

export interface Route {
  readonly call: Call;
  readonly serve: (asked: Asked<unknown, unknown, unknown>) => Promise<Answer | Problem>;
}

/** The door has parsed the request by the call's own schemas, so its types are what `serve` says. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  call: Call<P, Q, B>,
  serve: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer | Problem>,
): Route {
  return { call, serve: serve as Route["serve"] };
}
