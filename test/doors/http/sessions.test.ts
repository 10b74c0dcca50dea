/**
 * Sessions as a browser meets them: the cookie, its end, and what other sites' pages cannot do with it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/config.ts";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { callApi, KEYS, startApiSystem, type ApiSystem, type CallOptions, type Reply } from "./api-system.ts";
import { InstallationKeys } from "../../../src/storage/installation-keys.ts";

const OURS = { "sec-fetch-site": "same-origin", "x-bida-console": "1" };
const ENVIRONMENT = '\n  environment: { name: 测试, colour: green }\n  trustedProxies: ["127.0.0.1"]';

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true, api: ENVIRONMENT });
});
afterAll(async () => {
  await system.close();
});

const cookieOf = ({ headers }: Reply): string => String(headers["set-cookie"]).split(";")[0] ?? "";
const attempt = async (body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  system.call("/v1/session", { key: null, body, headers: { ...OURS, ...headers } });
/** Each from an address of its own, so that one test's wrong keys are not another's. */
let addresses = 0;
const anAddress = (): { "x-forwarded-for": string } => {
  addresses += 1;
  return { "x-forwarded-for": `203.0.113.${addresses}` };
};
const logIn = async (key: string): Promise<string> => {
  const reply = await attempt({ key }, anAddress());
  expect(reply.status).toBe(200);
  return cookieOf(reply);
};
const withCookie = async (path: string, cookie: string, options: CallOptions = {}): Promise<Reply> =>
  system.call(path, { ...options, key: null, headers: { ...OURS, cookie, ...options.headers } });
const sessionKeys = async (): Promise<string[]> =>
  system.redis.keys(new InstallationKeys(system.config.redis.prefix).session("*"));

describe("a session", () => {
  it("begins with a key, in a cookie that is kept from scripts and other sites", async () => {
    const reply = await attempt({ key: KEYS.ops }, anAddress());
    const cookie = String(reply.headers["set-cookie"]);

    expect(reply.json).toMatchObject({ name: "ops", role: "operator", accounts: null });
    expect(cookie).toMatch(
      new RegExp(
        `^bida-${system.config.redis.prefix}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200$`,
      ),
    );
  });

  it("uses TLS alone, except on the same machine", async () => {
    const far = await attempt({ key: KEYS.ops }, { ...anAddress(), host: "bida.corp.example" });
    const behindTls = await attempt({ key: KEYS.ops }, { ...anAddress(), "x-forwarded-proto": "https" });

    for (const { headers } of [far, behindTls])
      expect(headers["set-cookie"]).toMatch(/^__Secure-bida-.*; Secure$/);
    expect(
      (await withCookie("/v1/me", cookieOf(far), { headers: { host: "bida.corp.example" } })).status,
    ).toBe(200);
  });

  it("has the rights of its key", async () => {
    const cookie = await logIn(KEYS.eye);

    expect((await withCookie("/v1/me", cookie)).json).toMatchObject({ name: "eye", role: "viewer" });
    expect((await withCookie("/v1/accounts/yzj/pause", cookie, { method: "POST" })).status).toBe(403);
  });

  it("shows the name, the environment, the version and Redis' time", async () => {
    const me = await withCookie("/v1/me", await logIn(KEYS.oa));
    const about = await system.call("/v1/about", { key: null });

    expect(me.json).toMatchObject({
      name: "oa",
      role: "producer",
      accounts: ["yzj"],
      environment: { name: "测试", colour: "green" },
      version: about.json["version"],
    });
    expect(Math.abs(Date.parse(String(me.json["redisTime"])) - Date.now())).toBeLessThan(60_000);
    expect(about.json["environment"]).toEqual({ name: "测试", colour: "green" });
  });

  it("is stored in Redis as a digest, and is forgotten there after half an hour without a request", async () => {
    const before = await sessionKeys();
    const cookie = await logIn(KEYS.ops);
    const secret = cookie.split("=")[1] ?? "";
    const [key = ""] = (await sessionKeys()).filter((one) => !before.includes(one));

    expect(key).not.toContain(secret);
    expect(await system.redis.get(key)).not.toContain(secret);
    await system.redis.pexpire(key, 60_000);
    await withCookie("/v1/me", cookie);
    expect(await system.redis.pttl(key)).toBeGreaterThan(29 * 60_000);
    expect(await system.redis.pttl(key)).toBeLessThanOrEqual(30 * 60_000);
    await system.redis.del(key);
    expect((await withCookie("/v1/me", cookie)).status).toBe(401);
  });

  it("ends twelve hours after it began, however busy it is", async () => {
    const before = await sessionKeys();
    const cookie = await logIn(KEYS.ops);
    const [key = ""] = (await sessionKeys()).filter((one) => !before.includes(one));
    const session = JSON.parse((await system.redis.get(key)) ?? "{}") as {
      createdAt: number;
      expiresAt: number;
    };

    expect(session.expiresAt - session.createdAt).toBe(12 * 3_600_000);
    await system.redis.set(key, JSON.stringify({ ...session, expiresAt: 1 }), "KEEPTTL");
    expect((await withCookie("/v1/me", cookie)).status).toBe(401);
  });

  it("ends when its holder logs out", async () => {
    const cookie = await logIn(KEYS.ops);
    const out = await withCookie("/v1/session", cookie, { method: "DELETE" });

    expect(out.json).toEqual({ ended: true });
    expect(String(out.headers["set-cookie"])).toContain("Max-Age=0");
    expect((await withCookie("/v1/me", cookie)).status).toBe(401);
  });

  it("is listed to its holder and to admins, who may end it, and to nobody else", async () => {
    const mine = await logIn(KEYS.eye);
    const listed = async (cookie: string) =>
      (await withCookie("/v1/sessions", cookie)).json["items"] as {
        id: string;
        name: string;
        current: boolean;
      }[];
    const { id = "" } = (await listed(mine)).find(({ current }) => current) ?? {};
    const others = await logIn(KEYS.ops);
    const admins = await logIn(KEYS.boss);

    expect((await listed(mine)).every(({ name }) => name === "eye")).toBe(true);
    expect((await listed(others)).some((session) => session.id === id)).toBe(false);
    expect((await withCookie(`/v1/sessions/${id}`, others, { method: "DELETE" })).status).toBe(404);
    expect((await listed(admins)).some((session) => session.id === id)).toBe(true);
    expect((await withCookie(`/v1/sessions/${id}`, admins, { method: "DELETE" })).status).toBe(200);
    expect((await withCookie("/v1/me", mine)).status).toBe(401);
    const audit = (await system.call("/v1/audit", { key: "ops" })).json["items"];
    expect(audit).toContainEqual(
      expect.objectContaining({ by: "boss", act: "end a session", note: "of eye" }),
    );
  });
});

describe("another site's page", () => {
  it.each([
    ["of another site", { "sec-fetch-site": "cross-site" }],
    ["of a neighbour under the same domain", { "sec-fetch-site": "same-site" }],
    ["that says nothing of where it is", { "sec-fetch-site": "" }],
    ["that sends a form", { "x-bida-console": "" }],
  ])("%s changes nothing with the cookie", async (_name, headers) => {
    const cookie = await logIn(KEYS.ops);
    const reply = await withCookie("/v1/accounts/yzj/pause", cookie, { method: "POST", headers });

    expect(reply.json).toMatchObject({ status: 403, code: "forbidden" });
  });

  it("can read nothing with it, and cannot log anybody in", async () => {
    const cookie = await logIn(KEYS.ops);

    expect((await withCookie("/v1/me", cookie, { headers: { "sec-fetch-site": "same-site" } })).status).toBe(
      403,
    );
    expect((await withCookie("/v1/me", cookie, { headers: { "sec-fetch-site": "none" } })).status).toBe(200);
    expect((await attempt({ key: KEYS.ops }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  it("a program with a key needs no such headers", async () => {
    expect(
      (await callApi(system.api.url, "/v1/accounts/yzj/resume", { key: "ops", method: "POST" })).status,
    ).toBe(200);
  });
});

describe("wrong keys", () => {
  it("are five a minute from one address; then even the right one waits, and only there", async () => {
    const here = anAddress();
    for (let tries = 0; tries < 5; tries += 1)
      expect((await attempt({ key: `wrong-${tries}` }, here)).status).toBe(401);
    const locked = await attempt({ key: KEYS.ops }, here);

    expect(locked.json).toMatchObject({ status: 429, code: "tooManyRequests" });
    expect(Number(locked.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(locked.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect(locked.headers["set-cookie"]).toBeUndefined();
    expect((await attempt({ key: KEYS.ops }, anAddress())).status).toBe(200);
  });

  it("five at once do not let a sixth through", async () => {
    const here = anAddress();
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => attempt({ key: "wrong" }, here)),
    );

    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe("a login link", () => {
  it("opens one session, in the name of whoever made it", async () => {
    const made = await system.call("/v1/login-links", { key: "ops", body: {} });
    const link = String(made.json["path"]).replace("/console/login?link=", "");

    expect(Date.parse(String(made.json["expiresAt"])) - Date.now()).toBeGreaterThan(8 * 60_000);
    expect((await attempt({ link }, anAddress())).json).toMatchObject({ name: "ops", role: "operator" });
    expect((await attempt({ link }, anAddress())).status).toBe(401);
  });

  it("is forgotten after ten minutes, and is stored in Redis as a digest", async () => {
    const links = new InstallationKeys(system.config.redis.prefix).loginLink("*");
    const made = await system.call("/v1/login-links", { key: "ops", body: {} });
    const [key = ""] = await system.redis.keys(links);

    expect(String(made.json["path"])).not.toContain(key.split("link:")[1]);
    expect(await system.redis.pttl(key)).toBeGreaterThan(9 * 60_000);
    expect(await system.redis.pttl(key)).toBeLessThanOrEqual(10 * 60_000);
  });

  it("cannot be made by a session, which would then never end", async () => {
    const reply = await withCookie("/v1/login-links", await logIn(KEYS.ops), { body: {} });
    expect(reply.status).toBe(403);
  });
});

describe("the client", () => {
  it("offers all of these calls, with a key as in a browser", async () => {
    const { url } = system.api;
    const client = new BidaClient({ url, key: KEYS.boss });
    const { path } = await client.sessions.makeLink();
    const jar: { cookie?: string } = {};
    const browser = new BidaClient({
      url,
      isConsole: true,
      fetch: async (input, init = {}) => {
        const headers = { ...(init.headers as object), "sec-fetch-site": "same-origin", ...jar };
        const answer = await fetch(input, { ...init, headers });
        const [cookie] = (answer.headers.get("set-cookie") ?? "").split(";");
        if (cookie !== undefined && cookie !== "") jar.cookie = cookie;
        return answer;
      },
    });

    expect(await browser.sessions.open({ link: path.split("link=")[1] ?? "" })).toMatchObject({
      name: "boss",
    });
    expect(await browser.me()).toMatchObject({ name: "boss", role: "admin" });
    const own = (await client.sessions.list()).find(({ agent }) => agent !== null);
    expect(own).toBeDefined();
    await browser.sessions.close();
    await expect(browser.me()).rejects.toMatchObject({ status: 401 });
    expect((await client.about()).environment).toMatchObject({ name: "测试" });
  });
});

describe("the configuration", () => {
  it.each(["proxy.example", "10.0.0.0/33"])("names trusted proxies by address, not %s", (proxy) => {
    const text = `accounts: {}\napi: { trustedProxies: ["${proxy}"] }`;
    expect(() => parseConfig(text, { path: "bida.yaml", env: {} })).toThrow(/trustedProxies/);
  });
});
