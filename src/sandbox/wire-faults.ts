/**
 * Misbehaviour on the wire: connections that break and answers that are not answers.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import type { Answer, PlatformClock } from "./platform.ts";

const HUGE_BYTES = 2 * 1024 * 1024;
const DRIP_STEPS = 20;

/** Does what a fault does before anything is stored. True if the call ends with that. */
export function misbehaveBefore(response: ServerResponse, fault: Fault | null, clock: PlatformClock): boolean {
  switch (fault?.name) {
    case "refuse":
    case "cut-before":
      response.destroy();
      return true;
    case "hang":
      // No answer, ever: the caller's patience ends it.
      return true;
    case "error-before":
    case "token-down":
      response.writeHead(fault.status ?? 500, { "content-type": "text/html" }).end("<h1>Internal Server Error</h1>");
      return true;
    case "throttled":
    case "unavailable": {
      const seconds = (fault.retryAfterSeconds ?? 1) * clock.scale;
      const retryAfter = fault.httpDate === true ? new Date(clock.now() + seconds * 1_000).toUTCString() : String(Math.ceil(seconds));
      response.writeHead(fault.name === "throttled" ? 429 : 503, { "retry-after": retryAfter }).end();
      return true;
    }
    default:
      return false;
  }
}

/** Does what a fault does to an answer. True if the caller has got what there is to get. */
export async function misbehaveAfter(response: ServerResponse, answer: Answer, fault: Fault | null): Promise<boolean> {
  const json = { "content-type": "application/json" };
  switch (fault?.name) {
    case "cut-after":
      response.destroy();
      return true;
    case "error-after":
      response.writeHead(fault.status ?? 500, { "content-type": "text/html" }).end("<h1>Internal Server Error</h1>");
      return true;
    case "broken-json":
      response.writeHead(200, json).end(JSON.stringify(answer.body).slice(0, -3));
      return true;
    case "huge-body":
      response.writeHead(200, json).end(JSON.stringify({ padding: "x".repeat(HUGE_BYTES) }));
      return true;
    case "slow-drip":
      await drip(response, JSON.stringify(answer.body), fault.totalMs ?? 30_000);
      return true;
    default:
      return false;
  }
}

async function drip(response: ServerResponse, text: string, totalMs: number): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  const step = Math.ceil(text.length / DRIP_STEPS);
  for (let at = 0; at < text.length && !response.destroyed; at += step) {
    response.write(text.slice(at, at + step));
    await sleep(totalMs / DRIP_STEPS, undefined, { ref: false });
  }
  response.end();
}
