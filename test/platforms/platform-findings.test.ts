/**
 * The doctor takes a worker's way to the platform: the same proxy, the same authorities.
 */
import { once } from "node:events";
import { createServer as createTlsServer, type Server } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_PROXIES } from "../../src/config/tools/proxies.ts";
import { parseConfig } from "../../src/config/config.ts";
import { platformFindings } from "../../src/doctor/platform-findings.ts";
import { startProxy, type TestProxy } from "../support/proxy.ts";

const file = (name: string): string => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;
const clock = { now: () => Date.now(), whose: "this machine's" };
let platform: Server;
let proxy: TestProxy;
let port: number;

beforeAll(async () => {
  const tls = { key: readFileSync(file("platform-key")), cert: readFileSync(file("platform")) };
  platform = createTlsServer(tls, (_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await once(platform, "listening");
  port = (platform.address() as AddressInfo).port;
  proxy = await startProxy({ credentials: "zhang:secret" });
});
afterAll(async () => {
  await proxy.close();
  platform.closeAllConnections();
  platform.close();
});

async function examine(fields: string, https = ""): Promise<{ found: string; mend: string | null }> {
  const text = `accounts:
  hn: { platform: hainan, baseUrl: "https://platform.test:${port}/x", signer: { kind: none }, ${fields} }
`;
  const account = parseConfig(text, { path: "bida.yaml", env: { P: "zhang:secret" } }).accounts["hn"];
  if (account === undefined) throw new Error("no account");
  const [first] = await platformFindings(
    { name: "hn", account },
    { clock, proxies: { ...NO_PROXIES, https } },
  );
  return first ?? { found: "", mend: null };
}

describe("the doctor on the way to a platform", () => {
  it("takes the account's proxy and trusts its caFile", async () => {
    const fields = `proxy: "http://\${env:P}@localhost:${proxy.port}", caFile: ${file("ca")}`;
    expect(await examine(fields)).toMatchObject({
      verdict: "ok",
      found: `https://platform.test:${port} through the proxy http://localhost:${proxy.port} can be reached`,
    });
  });

  it("takes the environment's proxy, and reports a refusal of it without its password", async () => {
    const { found, mend } = await examine(
      `caFile: ${file("ca")}`,
      `http://zhang:wr0ng@localhost:${proxy.port}`,
    );
    expect(found).toMatch(/cannot be reached: .*proxy refuses its user and password.*HTTP 407/);
    expect(mend).toMatch(/^Write the proxy's user and password.*the proxy is that of HTTPS_PROXY\.$/);
    expect(`${found} ${mend}`).not.toContain("wr0ng");
  });

  it("reports that the certificate is of an unknown authority, and where to name it", async () => {
    const { found, mend } = await examine(`proxy: "http://\${env:P}@localhost:${proxy.port}"`);
    expect(found).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(mend).toContain("caFile");
  });

  it("reports that a name does not resolve, or that nothing listens at the proxy", async () => {
    expect((await examine("proxy: none")).found).toMatch(/cannot be reached: .*(ENOTFOUND|EAI_AGAIN)/);
    expect(await examine('proxy: "http://localhost:9"')).toMatchObject({
      found: expect.stringMatching(
        /through the proxy http:\/\/localhost:9 cannot be reached: .*ECONNREFUSED/,
      ),
    });
  });
});
