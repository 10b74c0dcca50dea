/** Single sign-on by a proxy: whom it names is believed from its address and with its secret alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/config.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";

const SECRET = "a-secret-that-the-proxy-alone-has";
const SIGNED = { "x-forwarded-user": "zhang", "x-bida-proxy": SECRET };
const OURS = { "sec-fetch-site": "same-origin", "x-bida-console": "1" };

let system: ApiSystem;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bida-proxy-"));
  const file = join(folder, "secret");
  writeFileSync(file, SECRET);
  system = await startApiSystem({
    withoutWorker: true,
    root: `console:
  trustedProxy: { secret: "\${file:${file}}", from: ["127.0.0.1", "10.0.0.0/8"], roles: { zhang: operator, 李雷: viewer } }`,
  });
});
afterAll(async () => {
  await system.close();
  rmSync(folder, { recursive: true });
});

type Headers = Readonly<Record<string, string>>;

const me = async (headers: Headers) => system.call("/v1/me", { key: null, headers });

describe("a person whom the proxy names", () => {
  it("has the role that the configuration gives, and no session", async () => {
    expect((await me(SIGNED)).json).toMatchObject({ name: "zhang", role: "operator", signedOnBy: "proxy" });
    const lilei = Buffer.from("李雷", "utf8").toString("latin1");
    expect((await me({ ...SIGNED, "x-forwarded-user": lilei })).json).toMatchObject({
      name: "李雷",
      role: "viewer",
    });
  });

  it("acts under that name, from our own pages alone", async () => {
    const pause = (headers: Headers) =>
      system.call("/v1/accounts/other/pause", { key: null, method: "POST", body: { note: "sso" }, headers });

    expect((await pause({ ...SIGNED, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await pause({ ...SIGNED, "sec-fetch-site": "same-origin" })).status).toBe(403);
    expect((await pause({ ...SIGNED, ...OURS })).status).toBe(200);
    const audit = (await system.call("/v1/audit?act=pause", { key: "ops" })).json["items"];
    expect(audit).toMatchObject([{ by: "zhang", act: "pause", account: "other" }]);
  });

  it("has no role by default: the answer says so, and a login with a key is possible", async () => {
    const stranger = await me({ ...SIGNED, "x-forwarded-user": "mallory" });

    expect(stranger.json).toMatchObject({ status: 401, code: "unauthenticated" });
    expect(stranger.json["detail"]).toContain("console.trustedProxy.roles");
    const headers = { ...SIGNED, "x-forwarded-user": "mallory", authorization: `Bearer ${KEYS.eye}` };
    expect((await me(headers)).json).toMatchObject({ name: "eye", signedOnBy: "key" });
  });
});

describe("a caller that is not the proxy", () => {
  it.each<[string, Headers]>([
    ["without the secret", { "x-forwarded-user": "zhang" }],
    ["with another secret", { ...SIGNED, "x-bida-proxy": `${SECRET}!` }],
    ["with an empty secret", { ...SIGNED, "x-bida-proxy": "" }],
    ["without a name", { ...SIGNED, "x-forwarded-user": "" }],
    ["with a name of the language's own", { ...SIGNED, "x-forwarded-user": "constructor" }],
    ["with two names", { ...SIGNED, "x-forwarded-user": "zhang, zhang" }],
  ])("is not believed %s", async (_name, headers) => {
    expect((await me(headers)).status).toBe(401);
  });

  it("is not believed from another address, whatever the request says about its origin", async () => {
    const elsewhere = new Agent({ localAddress: "127.0.0.2" });
    const headers = { ...SIGNED, "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1" };
    const answer = await request(`${system.api.url}/v1/me`, { dispatcher: elsewhere, headers });

    expect(answer.statusCode).toBe(401);
    await answer.body.dump();
    await elsewhere.close();
  });
});

describe("the configuration", () => {
  const withProxy = (text: string) => (): unknown =>
    parseConfig(`accounts: {}\nconsole: { trustedProxy: { ${text} } }`, {
      path: "bida.yaml",
      env: {
        P: SECRET,
        S: "short",
      },
    });

  it.each([
    ['secret: "${env:P}", from: [], roles: {}', /from/],
    ['secret: "${env:S}", from: [10.0.0.1], roles: {}', /24 characters/],
    [`secret: "${SECRET}", from: [10.0.0.1], roles: {}`, /must not stand in the file/],
    ['secret: "${env:P}", from: [proxy.corp.example], roles: {}', /from/],
    ['secret: "${env:P}", from: [10.0.0.1], roles: { zhang: producer }', /roles/],
  ])("refuses %s", (text, why) => {
    expect(withProxy(text)).toThrow(why);
  });

  it("accepts what ARCHITECTURE shows", () => {
    const shown = /trustedProxy: \{ (.*) \} \}/.exec(readFileSync("ARCHITECTURE.md", "utf8"))?.[1] ?? "";
    expect(withProxy(shown)).not.toThrow();
  });
});
