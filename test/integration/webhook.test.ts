import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { Webhook } from "../../src/pipeline/callback/webhook.ts";
import { startProxy } from "../support/proxy.ts";
import { anAnswer } from "../../src/testing/lying-server.ts";
import { aLyingServer } from "../support/closing.ts";

afterEach(() => vi.unstubAllEnvs());

it("a callback never goes through a proxy, which would apply its own rules about addresses", async () => {
  const proxy = await startProxy();
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    told.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`;
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
  vi.stubEnv("NO_PROXY", "");
  vi.stubEnv("NODE_USE_ENV_PROXY", "1");
  const rules = { allowHosts: ["127.0.0.1"], allowPrivate: true, allowHttp: true };
  const webhook = new Webhook(rules, () => ["whsec_aSecretOfTwentyFourBytesOrMore1234"]);

  const outcome = await webhook.post(url, {
    message: { id: "a", body: "{}", timestamp: 0 },
    now: Date.now(),
  });

  expect(outcome).toMatchObject({ kind: "delivered" });
  expect(told).toEqual(["/done"]);
  expect(proxy.asked).toEqual([]);
  await webhook.close();
  receiver.closeAllConnections();
  receiver.close();
  await proxy.close();
});

it("a receiver whose server sends a 100 that nobody asked for has been told", async () => {
  const receiver = await aLyingServer((socket) => {
    socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(anAnswer("ok"));
  });
  const rules = { allowHosts: ["127.0.0.1"], allowPrivate: true, allowHttp: true };
  const webhook = new Webhook(rules, () => ["whsec_aSecretOfTwentyFourBytesOrMore1234"]);
  const tell = async () =>
    webhook.post(`${receiver.url}/done`, { message: { id: "a", body: "{}", timestamp: 0 }, now: Date.now() });

  expect([await tell(), await tell()]).toMatchObject([{ kind: "delivered" }, { kind: "delivered" }]);
  expect(receiver.requests).toHaveLength(2);
  await webhook.close();
});

it("a receiver that cannot be reached, or has a certificate that nobody trusts, ends no process", async () => {
  const rules = { allowHosts: ["127.0.0.1"], allowPrivate: true, allowHttp: true };
  const webhook = new Webhook(rules, () => ["whsec_aSecretOfTwentyFourBytesOrMore1234"]);
  const tell = async (url: string) =>
    webhook.post(url, { message: { id: "a", body: "{}", timestamp: 0 }, now: Date.now() });
  const file = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const untrusted = createTlsServer({ cert: file("cert.pem"), key: file("key.pem") }).listen(0, "127.0.0.1");
  const gone = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(untrusted, "listening"), once(gone, "listening")]);
  const [untrustedPort, gonePort] = [untrusted, gone].map((server) => (server.address() as AddressInfo).port);
  gone.close();

  expect(await tell(`http://127.0.0.1:${gonePort}/done`)).toMatchObject({
    kind: "failed",
    detail: "no answer (ECONNREFUSED)",
  });
  expect(await tell(`https://127.0.0.1:${untrustedPort}/done`)).toMatchObject({
    kind: "failed",
    detail: expect.stringMatching(/^no answer \(.*(CERT|SIGN).*\)$/) as string,
  });
  await webhook.close();
  untrusted.close();
});
