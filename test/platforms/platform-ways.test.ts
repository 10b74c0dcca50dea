/**
 * Every account's calls take the way that its configuration, or the environment, names.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NO_PROXIES } from "../../src/config/tools/proxies.ts";
import { parseConfig } from "../../src/config/config.ts";
import { partsOf } from "../../src/app/platforms.ts";
import { startProxy, type TestProxy } from "../support/proxy.ts";

const file = (name: string): string => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;
let platform: Server;
let proxy: TestProxy;
let host: string;

beforeAll(async () => {
  const tls = { key: readFileSync(file("platform-key")), cert: readFileSync(file("platform")) };
  // A bridge's answer, and a platform's.
  platform = createServer(tls, (_, response) => response.end('{"status":200,"body":"{}"}'));
  platform.listen(0, "127.0.0.1");
  await once(platform, "listening");
  host = `platform.test:${(platform.address() as AddressInfo).port}`;
  proxy = await startProxy();
});
afterAll(async () => {
  await proxy.close();
  platform.closeAllConnections();
  platform.close();
});

const SECRET = "${env:S}";

it.each([
  ["yunzhijia", `platform: yunzhijia, baseUrl: "https://HOST", appId: "1", appSecret: "${SECRET}"`],
  ["hainan, itself", 'platform: hainan, baseUrl: "https://HOST/apione", signer: { kind: none }'],
  [
    "hainan, signed",
    `platform: hainan, baseUrl: "https://HOST/apione", accessKey: "${SECRET}", secretKey: "${SECRET}", signer: { kind: zwdd }`,
  ],
  ["hainan, behind a bridge", 'platform: hainan, signer: { kind: bridge, url: "https://HOST/bridge" }'],
  ["yunzmall", 'platform: yunzmall, baseUrl: "https://HOST/business/1"'],
])("%s is reached through its proxy, and through the environment's", async (_, fields) => {
  const url = `http://localhost:${proxy.port}`;
  const ways = [
    { proxy: `, proxy: "${url}"`, https: "" },
    { proxy: "", https: url },
  ];
  for (const way of ways) {
    const text = `accounts: { a: { ${fields.replace("HOST", host)}, caFile: ${file("ca")}${way.proxy} } }\n`;
    const account = parseConfig(text, { path: "bida.yaml", env: { S: "a-secret" } }).accounts["a"];
    if (account === undefined) throw new Error("no account");
    const proxies = { ...NO_PROXIES, https: way.https };
    const { wire } = partsOf(account, { connections: 1, now: () => 0, proxies });
    const before = proxy.asked.length;

    const answer = await wire.call({ method: "GET", path: "/x", query: {} }, new AbortController().signal);
    await wire.close();

    expect(answer).toMatchObject({ kind: "answered", status: 200 });
    expect(proxy.asked.slice(before)).toEqual([`CONNECT ${host}`]);
  }
});
