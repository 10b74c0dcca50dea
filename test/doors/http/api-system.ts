/**
 * A system with the API in front: a real server on a real socket, with a key for each role.
 */
import { createHash } from "node:crypto";
import { request, type Dispatcher } from "undici";
import { startApi, type Api } from "../../../src/app/api.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";
import { refuseBugs } from "../../support/deliveries.ts";
import { FAST, startSystem, type System, type SystemOptions } from "../../support/system.ts";

export const KEYS = {
  oa: "key-of-oa",
  erp: "key-of-erp",
  ops: "key-of-ops",
  eye: "key-of-eye",
  boss: "key-of-boss",
  prom: "key-of-prom",
} as const;
export type KeyName = keyof typeof KEYS;

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface CallOptions {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly key?: KeyName | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string | string[]>;
}

export interface ApiSystem extends System {
  readonly api: Api;
  readonly call: (path: string, options?: CallOptions) => Promise<Reply>;
}

export interface ApiSystemOptions extends SystemOptions {
  /** Requests a second of the producer `oa`: `2/s`. */
  readonly rate?: string;
  /** More of the API's configuration, as YAML. */
  readonly api?: string;
  /** Where the console's built files are. */
  readonly consoleFolder?: string;
  readonly liveEveryMs?: number;
  /** As in `bida up`: the API knows of the sandbox. */
  readonly showsSandbox?: boolean;
}

/** `oa` has the account yzj, `erp` the account other, the others everything that their role may do. */
export async function startApiSystem(options: ApiSystemOptions = {}): Promise<ApiSystem> {
  const sha = (name: KeyName): string => createHash("sha256").update(KEYS[name]).digest("hex");
  const system = await startSystem({
    ...options,
    root: `${options.root ?? ""}
api:
  port: 0
  keys:
    - { name: oa, role: producer, sha256: ${sha("oa")}, accounts: [yzj], rate: ${options.rate ?? "1000/s"} }
    - { name: erp, role: producer, sha256: ${sha("erp")}, accounts: [other] }
    - { name: ops, role: operator, sha256: ${sha("ops")}, rate: 10000/s }
    - { name: eye, role: viewer, sha256: ${sha("eye")} }
    - { name: boss, role: admin, sha256: ${sha("boss")} }
    - { name: prom, role: metrics, sha256: ${sha("prom")} }${options.api ?? ""}`,
    account: `${options.account ?? ""}
  other:
    platform: yunzhijia
    baseUrl: "http://127.0.0.1:9"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret`,
  });
  const events: BidaEvent[] = [];
  const api = await startApi({
    config: system.config,
    emit: (event) => void events.push(event),
    tuning: options.tuning ?? FAST,
    ...(options.showsSandbox === true ? { sandboxUrl: system.sandbox.url } : {}),
    ...(options.liveEveryMs === undefined ? {} : { liveEveryMs: options.liveEveryMs }),
    ...(options.consoleFolder === undefined ? {} : { consoleFolder: options.consoleFolder }),
  });
  return {
    ...system,
    api,
    call: (path, callOptions) => callApi(api.url, path, callOptions),
    close: async () => {
      await api.stop();
      await system.close();
      refuseBugs(events);
    },
  };
}

export async function callApi(
  url: string,
  path: string,
  { method, key = "oa", body, headers = {} }: CallOptions = {},
): Promise<Reply> {
  const answer = await request(`${url}${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${KEYS[key]}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
  });
  const text = hasNoEnd(answer.headers) ? close(answer.body) : await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parse(text) as Reply["json"] };
}

/** Server-sent events come until somebody closes the stream. */
function hasNoEnd(headers: Reply["headers"]): boolean {
  return String(headers["content-type"]).startsWith("text/event-stream");
}

function close(body: Dispatcher.ResponseData["body"]): string {
  body.on("error", () => undefined).destroy();
  return "";
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Metrics and pages are not JSON.
    return {};
  }
}
