/**
 * A local platform that is always right and always fast, as a process of its own.
 *
 * It answers tokens, creates and checks in Yunzhijia's shapes from nothing but the request, and keeps the
 * moments that a round is measured by: its sends and its last check. Prints
 * `{"listening":url}`, and ends when its stdin does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the platform saw since its last reset; moments in milliseconds of its own steady clock. */
export interface PlatformCount {
  readonly sends: number;
  readonly checks: number;
  readonly firstSendAt: number | null;
  readonly lastCheckAt: number | null;
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

const answers: Readonly<Record<string, (body: string) => string>> = {
  "/gateway/oauth2/token/getAccessToken": () => TOKEN,
  "/gateway/newtodo/open/generatetodo.json": () => {
    seen = { ...seen, sends: seen.sends + 1, firstSendAt: seen.firstSendAt ?? performance.now() };
    moments.push(Date.now());
    return TAKEN;
  },
  "/gateway/newtodo/open/checkcreatetodo.json": (body) => {
    seen = { ...seen, checks: seen.checks + 1, lastCheckAt: performance.now() };
    return checked(body);
  },
  "/count": () => JSON.stringify(seen),
  "/moments": () => JSON.stringify(moments),
  "/reset": () => {
    seen = NOTHING;
    moments = [];
    return "{}";
  },
};

/** Whatever is asked about is there, and not done. */
function checked(body: string): string {
  const { sourceitemid, sourcetype } = JSON.parse(body) as { sourceitemid: string; sourcetype: string };
  const data = { sourceid: sourceitemid, appid: sourcetype, check: true, dealCount: 0, undelCount: 1 };
  return JSON.stringify({ data, success: "true", errorCode: 0, error: "" });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split("?", 1)[0] ?? "";
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    const text = answers[path]?.(body);
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
