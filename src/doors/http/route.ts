/**
 * A call of the contract with the function that answers it.
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
  /** The parts of the body that cannot be delivered as written; empty unless the call sets `refusesItems`. */
  readonly bodyFaults: readonly Fault[];
  readonly headers: IncomingHttpHeaders;
  /** Each header as often as it was sent. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  /** The address of the client, as the trusted proxies report it. */
  readonly address: string;
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
  /** The id of the session that makes the request; null for a key. */
  readonly session: string | null;
  /** Aborts when the client disconnects. */
  readonly gone: AbortSignal;
}

export interface Route {
  readonly call: Call;
  readonly serve: (asked: Asked<unknown, unknown, unknown>) => Promise<Answer | Problem>;
}

/** The server has parsed the request with the call's own schemas, so it has the types that `serve` declares. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  call: Call<P, Q, B>,
  serve: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer | Problem>,
): Route {
  return { call, serve: serve as Route["serve"] };
}
