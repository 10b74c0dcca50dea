/**
 * A local platform that always answers correctly and fast, as a process of its own.
 *
 * It answers tokens, creates and checks in Yunzhijia's shapes, using only the request, and records the times
 * that a round is measured by: its sends and its last check. Prints `{"listening":url}`, and ends when its
 * stdin closes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { steadyMs } from "./steady-clock.ts";

/** What the platform counted since its last reset; times in milliseconds of its own monotonic clock. */
export interface PlatformCount {
  readonly sends: number;
  readonly checks: number;
  readonly firstSendAt: number | null;
  readonly lastCheckAt: number | null;
}

/** Times on the clock that all processes of the machine share. */
export interface Watched {
  readonly sourceId: string;
  readonly arrivedAt: number;
  readonly shownAt: number;
}

const NOTHING: PlatformCount = { sends: 0, checks: 0, firstSendAt: null, lastCheckAt: null };
const TOKEN = JSON.stringify({
  data: { accessToken: "bench", expireIn: 7200, refreshToken: "r" },
  errorCode: 0,
  success: true,
});
const TAKEN = JSON.stringify({ error: "", data: {}, errorCode: 0, success: "true" });

let seen = NOTHING;
let moments: number[] = [];
let watched: Watched[] | null = null;

const answers: Readonly<Record<string, (body: string, arrivedAt: number) => string>> = {
  "/gateway/oauth2/token/getAccessToken": () => TOKEN,
  "/gateway/newtodo/open/generatetodo.json": (body, arrivedAt) => {
    seen = { ...seen, sends: seen.sends + 1, firstSendAt: seen.firstSendAt ?? performance.now() };
    moments.push(Date.now());
    watch(body, arrivedAt);
    return TAKEN;
  },
  "/gateway/newtodo/open/checkcreatetodo.json": (body) => {
    seen = { ...seen, checks: seen.checks + 1, lastCheckAt: performance.now() };
    return checked(body);
  },
  "/count": () => JSON.stringify(seen),
  "/moments": () => JSON.stringify(moments),
  "/watch": () => {
    watched = [];
    return "{}";
  },
  "/watched": () => JSON.stringify(watched),
  "/reset": () => {
    seen = NOTHING;
    watched = null;
    moments = [];
    return "{}";
  },
};

/** The todo is visible as soon as it is stored. */
function watch(body: string, arrivedAt: number): void {
  if (watched === null) return;
  const { sourceId } = JSON.parse(body) as { sourceId: string };
  watched.push({ sourceId, arrivedAt, shownAt: steadyMs() });
}

/** Every checked todo is there and not done. */
function checked(body: string): string {
  const { sourceitemid, sourcetype } = JSON.parse(body) as { sourceitemid: string; sourcetype: string };
  const data = { sourceid: sourceitemid, appid: sourcetype, check: true, dealCount: 0, undelCount: 1 };
  return JSON.stringify({ data, success: "true", errorCode: 0, error: "" });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split("?", 1)[0] ?? "";
  const arrivedAt = steadyMs();
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    const text = answers[path]?.(body, arrivedAt);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text ?? "") };
    response.writeHead(text === undefined ? 404 : 200, headers).end(text);
  });
}

const server = createServer({ keepAliveTimeout: 600_000 }, answer);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ listening: `http://127.0.0.1:${port}` })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
