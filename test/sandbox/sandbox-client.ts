/**
 * A thin client for the sandbox' tests: real HTTP, an own clock, and the few
 * calls that every test makes. `now.ms` is the sandbox' time.
 */
import { Agent, request } from "undici";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/server.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
};
export type Row = Readonly<Record<string, unknown>>;

export const appId = "500041933";
export const eid = "123456";
const secrets = { app: "sandbox-app-secret", resGroupSecret: "sandbox-schedule-secret" };

export class SandboxClient implements AsyncDisposable {
  readonly now: { ms: number };
  readonly #sandbox: Sandbox;
  readonly #agent = new Agent({ connections: 20 });

  constructor(sandbox: Sandbox, now: { ms: number }) {
    this.#sandbox = sandbox;
    this.now = now;
  }

  get url(): string {
    return this.#sandbox.url;
  }

  async post(path: string, body: unknown): Promise<Answer> {
    return this.send("POST", path, { "content-type": "application/json" }, JSON.stringify(body));
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("GET", path, headers, null);
  }

  async send(
    method: "GET" | "POST",
    path: string,
    headers: Record<string, string>,
    body: string | null,
  ): Promise<Answer> {
    const options = { method, headers, body, dispatcher: this.#agent, headersTimeout: 2_000 };
    const response = await request(`${this.#sandbox.url}${path}`, options);
    return {
      status: response.statusCode,
      headers: response.headers,
      text: await response.body.text(),
    };
  }

  async control(name: string, body: unknown): Promise<Answer> {
    return this.post(`/_sandbox/${name}`, body);
  }

  async script(...script: readonly Row[]): Promise<Answer> {
    return this.control("faults", { script });
  }

  async ledger(query = ""): Promise<Record<string, unknown> & { todos: Row[]; calls: Row; violations: Row }> {
    return JSON.parse((await this.get(`/_sandbox/ledger${query}`)).text);
  }

  async token(scope: "app" | "resGroupSecret" = "app"): Promise<string> {
    const owner = scope === "app" ? { appId } : { eid };
    const answer = await this.post("/gateway/oauth2/token/getAccessToken", {
      ...owner,
      secret: secrets[scope],
      timestamp: this.now.ms,
      scope,
    });
    return JSON.parse(answer.text).data.accessToken;
  }

  /** A call to an endpoint behind Yunzhijia's gateway, with a live token. */
  async todo(name: "generatetodo" | "action" | "checkcreatetodo", body: unknown): Promise<Answer> {
    return this.post(`/gateway/newtodo/open/${name}.json?accessToken=${await this.token()}`, body);
  }

  async schedule(name: string, body: unknown): Promise<Answer> {
    const token = await this.token("resGroupSecret");
    return this.post(`/gateway/cloudwork/newwork/${name}?accessToken=${token}`, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
    await this.#sandbox.close();
  }
}

export async function startedSandbox(options: SandboxOptions = {}): Promise<SandboxClient> {
  const now = { ms: Date.UTC(2026, 0, 5, 4) };
  return new SandboxClient(await startSandbox({ now: () => now.ms, ...options }), now);
}

export function json(answer: Answer): { readonly [field: string]: unknown; readonly data: unknown } {
  return JSON.parse(answer.text);
}

/** Document 000's example, for as many recipients as named. */
export function aTodo(change: Row = {}, openIds: readonly string[] = ["o1"]): Row {
  return {
    content: "成建蒋的请假单据需要您审批",
    title: "待办测试",
    itemtitle: "请假审批",
    headImg: "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
    appId,
    senderId: "5a41b292e4b058cf3d0cf314",
    params: openIds.map((openId) => ({ status: { DO: 0, READ: 0 }, openId })),
    url: "http://www.baidu.com",
    sourceId: "s1",
    ...change,
  };
}

export function anAction(actiontype: Row, change: Row = {}): Row {
  return { sourceitemid: "s1", sourcetype: appId, actiontype, ...change };
}

export function aCheck(openId = "o1", sourceitemid = "s1"): Row {
  return { sourceitemid, sourcetype: appId, openId };
}
