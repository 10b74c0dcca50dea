/**
 * The API as a process: its contract, its limits, and what it does when Redis is away.
 */
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { contractTypes, openApiDocument } from "../../../packaging/contract-types.ts";
import { startApi } from "../../../src/app/api.ts";
import { contract } from "../../../src/doors/http/contract.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import {
  callApi,
  startApiSystem,
  type ApiSystem,
  type ApiSystemOptions,
  type CallOptions,
  type KeyName,
} from "./api-system.ts";
import { closing } from "../../support/closing.ts";

async function aSystem(options: ApiSystemOptions = {}): Promise<ApiSystem> {
  const system = await startApiSystem({ withoutWorker: true, ...options });
  closing.push(() => system.close());
  return system;
}

describe("the contract", () => {
  it("is checked in: openapi.json is what the code says (npm run openapi writes it anew)", () => {
    const file = new URL("../../../openapi.json", import.meta.url);

    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it("makes the client's types, which are checked in too", async () => {
    const file = new URL("../../../src/doors/client/contract-types.ts", import.meta.url);

    expect(readFileSync(file, "utf8")).toBe(await contractTypes());
  });

  it("is served, for programs and for people, and the page loads nothing from anywhere", async () => {
    const system = await aSystem();
    const document = await system.call("/openapi.json", { key: null });
    const page = await system.call("/docs", { key: null });

    expect(document.json["openapi"]).toMatch(/^3\.1\./);
    for (const { path } of contract) expect(page.text).toContain(path);
    expect(page.headers["content-type"]).toContain("text/html");
    expect(page.text).not.toMatch(/<script|<link|<img|@import|url\(|src=|href="(\w+:|\/\/)/i);
  });
});

describe("a problem", () => {
  it("is in the language that the request asks for; codes and pointers are the same in each", async () => {
    const system = await aSystem();
    const order = { account: "yzj", operation: "todo.create", payload: { title: 7 }, colour: "red" };
    const ask = async (language: string, path: string, body: object) =>
      system.call(path, { method: "POST", body, headers: { "accept-language": language } });

    const [chinese, english, batch] = await Promise.all([
      ask("zh-CN,zh;q=0.9", "/v1/deliveries", order),
      ask("en", "/v1/deliveries", order),
      ask("zh", "/v1/deliveries/batch", { items: [order] }),
    ]);

    expect(chinese.headers["content-language"]).toBe("zh-CN");
    expect(chinese.json).toMatchObject({ status: 400, code: "invalid", title: "请求中有错误的字段" });
    const [inChinese, inEnglish] = [chinese, english].map(
      ({ json }) => json["errors"] as { pointer: string; detail: string }[],
    );
    expect(inChinese?.map(({ pointer }) => pointer)).toEqual(inEnglish?.map(({ pointer }) => pointer));
    expect(inChinese).toContainEqual({ pointer: "/colour", detail: "没有这个字段；是否拼写有误？" });
    for (const { detail } of inChinese ?? []) expect(detail).toMatch(/\p{Script=Han}/u);
    for (const { detail } of inEnglish ?? []) expect(detail).not.toMatch(/\p{Script=Han}/u);
    expect(batch.json["items"]).toMatchObject([{ status: 400, code: "invalid", errors: inChinese }]);
  });

  it("has a type that leads to a page which says what it means", async () => {
    const system = await aSystem();
    const { json } = await system.call("/v1/deliveries", { key: null });
    const [path = "", place = ""] = String(json["type"]).split("#");

    const page = await system.call(path, { key: null });

    expect(page.status).toBe(200);
    expect(page.text).toContain(`id="${place}"`);
  });
});

describe("limits", () => {
  it("limit a key to its rate, and say when to come back", async () => {
    const system = await aSystem({ rate: "2/s" });
    const replies = await Promise.all(Array.from({ length: 8 }, () => system.call("/v1/deliveries")));
    const refused = replies.find(({ status }) => status === 429);

    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(refused?.json["code"]).toBe("tooManyRequests");
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await system.call("/v1/deliveries", { key: "ops" })).status).toBe(200);
  });

  it("refuse orders while the account's backlog is full", async () => {
    const system = await aSystem({ account: "backlog: 2" });
    const replies = [];
    for (let i = 0; i < 3; i += 1) replies.push(await system.call("/v1/deliveries", { body: aTodo() }));

    expect(replies.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(replies[2]?.json["code"]).toBe("queueFull");
    expect(Number(replies[2]?.headers["retry-after"])).toBeGreaterThan(0);
  });
});

describe("a caller", () => {
  it("gets a problem for unknown paths and methods in the usual form", async () => {
    const system = await aSystem();
    const nowhere = await system.call("/v2/nothing");
    const put = await system.call("/v1/deliveries", { method: "PUT" });
    const broken = await system.call("/v1/deliveries/%E0%A4%A");

    expect(nowhere.json).toMatchObject({ status: 404, code: "notFound" });
    expect(put.json).toMatchObject({ status: 405, code: "methodNotAllowed" });
    expect(put.headers["allow"]).toBe("POST, GET");
    expect(broken.json).toMatchObject({ status: 400, code: "malformed" });
    for (const { headers } of [nowhere, put, broken])
      expect(headers["content-type"]).toContain("application/problem+json");
  });

  it("gets a request id, its own if it brought one", async () => {
    const system = await aSystem();
    const given = await system.call("/v1/deliveries/x", { headers: { "x-request-id": "oa-77" } });
    const odd = await system.call("/v1/deliveries/x", { headers: { "x-request-id": "a b<c>" } });

    expect(given.headers["x-request-id"]).toBe("oa-77");
    expect(given.json["requestId"]).toBe("oa-77");
    expect(odd.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("that does not speak HTTP is answered and disconnected", async () => {
    const system = await aSystem();
    const socket = connect(system.api.port, "127.0.0.1");
    socket.end("HELLO THERE\r\n\r\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);

    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"malformed"');
  });
});

describe("accounts and metrics", () => {
  it("show the state of an account, and never a token", async () => {
    const system = await aSystem();
    const worker = await system.startWorker();
    const { json } = await system.call("/v1/deliveries", { body: aTodo() });
    await system.ended(String(json["id"]));
    await worker.stop();
    await system.call("/v1/deliveries", { body: { ...aTodo(), sendAt: Date.now() + 600_000 } });

    const paused = await system.call("/v1/accounts/yzj/pause", { key: "ops", body: { note: "maintenance" } });
    const accounts = await system.call("/v1/accounts", { key: "ops" });
    const metrics = await system.call("/metrics", { key: "ops" });
    await system.call("/v1/accounts/yzj/resume", { key: "ops", method: "POST" });
    const unknown = await system.call("/v1/accounts/x/pause", { key: "ops", method: "POST" });
    const retire = (key: KeyName, body: unknown) => system.call("/v1/accounts/yzj/retire", { key, body });
    const configured = await retire("boss", { note: "gone" });
    const silent = await retire("boss", {});
    const denied = await retire("ops", { note: "gone" });

    expect(paused.json).toMatchObject({ name: "yzj", paused: true });
    expect(configured).toMatchObject({ status: 409, json: { code: "stillConfigured" } });
    expect(denied).toMatchObject({ status: 403, json: { code: "forbidden" } });
    expect(silent).toMatchObject({ status: 400, json: { errors: [{ pointer: "/note" }] } });
    expect(accounts.json["items"]).toMatchObject([
      {
        name: "yzj",
        platform: "yunzhijia",
        paused: true,
        backlog: 1,
        counts: { queued: 1, confirmed: 1 },
        breaker: { state: "closed" },
        tokens: [{ scope: "app", present: true }],
        rates: { todo: 100, check: 50, schedule: 20 },
      },
      { name: "other", paused: false, backlog: 0, oldestAt: null, tokens: [{ present: false }] },
    ]);
    expect(accounts.text).not.toMatch(/sandbox-app-secret|accessToken/);
    expect(metrics.text).toContain('bida_deliveries{account="yzj",status="confirmed"} 1\n');
    expect(metrics.text).toContain('bida_backlog{account="yzj"} 1\n');
    expect(metrics.text).toContain('bida_breaker{account="yzj",state="closed"} 1\n');
    expect(metrics.text).toContain('bida_paused{account="yzj"} 1\n');
    expect(metrics.text).toMatch(
      /bida_http_requests_total\{method="POST",route="\/v1\/deliveries",status="202"\} 2\n/,
    );
    expect(unknown.json).toMatchObject({ status: 404, code: "unknownAccount" });
  });
});

/** Takes connections and says nothing. */
async function aSilentRedis(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("while Redis is away", () => {
  it.each([
    ["refuses", async () => "redis://127.0.0.1:9"],
    ["is silent", aSilentRedis],
  ])("because it %s: answers 503 within two seconds, lives, and is not ready", async (_how, away) => {
    const system = await aSystem();
    const config = { ...system.config, redis: { ...system.config.redis, url: await away() } };
    const api = await startApi({ config, emit: () => undefined });
    closing.push(() => api.stop());
    const asked = async (path: string, options: CallOptions): Promise<[number, unknown, number]> => {
      const askedAt = performance.now();
      const { status, json } = await callApi(api.url, path, options);
      return [status, json["code"], performance.now() - askedAt];
    };

    const replies = await Promise.all([
      asked("/v1/deliveries", { body: aTodo() }),
      asked("/v1/deliveries/batch", { body: { items: [aTodo()] } }),
      asked("/v1/deliveries/x?wait=30", {}),
      asked("/v1/deliveries", {}),
      asked("/v1/dead-letters/x/replay", { key: "ops", method: "POST" }),
      asked("/v1/dead-letters/groups", { key: "ops" }),
      asked("/v1/accounts", { key: "ops" }),
    ]);

    for (const [status, code, waitedMs] of replies) {
      expect([status, code]).toEqual([503, "unavailable"]);
      // Bida's own 1.9 s, not the 30 s that one of them asks for; a busy machine adds to it.
      expect(waitedMs).toBeLessThan(6_000);
    }
    const [live, ready, metrics] = await Promise.all([
      callApi(api.url, "/livez", { key: null }),
      callApi(api.url, "/readyz", { key: null }),
      callApi(api.url, "/metrics", { key: "ops" }),
    ]);
    expect([live.status, ready.status]).toEqual([200, 503]);
    expect(metrics.text).toContain("bida_redis_up 0\n");
  });
});

describe("a new configuration", () => {
  it("takes over the port while the old one answers its last callers", async () => {
    const system = await aSystem();
    const held = await system.call("/v1/deliveries", {
      body: { ...aTodo(), sendAt: Date.now() + 600_000 },
    });
    const waiting = system.call(`/v1/deliveries/${String(held.json["id"])}?wait=60`);
    const load = { isOn: true };
    const statuses: number[] = [];
    const callers = Array.from({ length: 4 }, async () => {
      while (load.isOn) statuses.push((await system.call("/v1/deliveries", { body: aTodo() })).status);
    });
    const next = await startApi({
      config: system.config,
      emit: () => undefined,
      takesOverFrom: system.api,
    });
    closing.push(() => next.stop());
    const before = statuses.length;
    await system.api.stop();
    await eventually(
      () => statuses.length,
      (count) => count > before + 20,
    );
    load.isOn = false;
    await Promise.all(callers);

    expect(statuses.filter((status) => status !== 202)).toEqual([]);
    expect((await waiting).json["status"]).toBe("queued");
  });
});

describe("stopping", () => {
  it("answers waiting callers at once, and leaves nothing open", async () => {
    const system = await aSystem();
    const { json } = await system.call("/v1/deliveries", {
      body: { ...aTodo(), sendAt: Date.now() + 600_000 },
    });
    const waiting = system.call(`/v1/deliveries/${String(json["id"])}?wait=60`);
    await eventually(
      async () => (await system.call("/metrics", { key: "ops" })).text,
      (text) => text.includes("bida_http_waiting 1\n"),
    );

    await system.api.stop();

    expect((await waiting).json["status"]).toBe("queued");
    await expect(system.call("/livez")).rejects.toThrow();
  });
});
