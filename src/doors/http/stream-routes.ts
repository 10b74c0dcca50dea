/**
 * The live state as server-sent events: `state` whenever something has changed, and a comment now and then, so
 * that proxies keep the connection and a broken one is noticed.
 *
 * A stream ends by itself after some minutes. A client that reconnects is authenticated again, and with
 * `Last-Event-ID` gets only what is new.
 */
import type { Live, LiveMessage } from "../../operations/live.ts";
import { calls } from "./contract.ts";
import { tooManyRequests } from "./problem.ts";
import { route, type Route } from "./route.ts";
import { live as liveSchema } from "./schemas.ts";

const HEARTBEAT_MS = 15_000;
const LONGEST_MS = 5 * 60_000;
/** Each tab of the console has one; more than this is a mistake. */
const MOST_STREAMS = 500;
/** How soon a browser reconnects. */
const RETRY_MS = 2_000;

interface StreamTimes {
  readonly heartbeatMs?: number;
  readonly longestMs?: number;
}

export function streamRoutes(
  live: Live,
  { heartbeatMs = HEARTBEAT_MS, longestMs = LONGEST_MS }: StreamTimes = {},
): Route[] {
  return [
    route(calls.stream, async ({ caller, headers, gone }) => {
      if (live.watchers >= MOST_STREAMS) return tooManyRequests(30);
      const until = AbortSignal.any([gone, AbortSignal.timeout(longestMs)]);
      const seen = headers["last-event-id"];
      const messages = live.watch(caller, {
        seen: typeof seen === "string" ? seen : null,
        gone: until,
        idleMs: heartbeatMs,
      });
      return {
        status: 200,
        body: written(messages),
        headers: { "x-accel-buffering": "no", connection: "close" },
      };
    }),
  ];
}

async function* written(messages: AsyncIterable<LiveMessage | null>): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const message of messages) {
    if (message === null) yield ": still here\n\n";
    else yield `event: state\nid: ${message.id}\ndata: ${JSON.stringify(liveSchema.parse(message.view))}\n\n`;
  }
}
