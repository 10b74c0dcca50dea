/**
 * ARCHITECTURE section 1, promise 7: a platform that repeats a secret in its words puts it into no record of ours.
 */
import { afterEach, expect, it } from "vitest";
import { redactingWire } from "../../src/account/redacting-wire.ts";
import { Secrets } from "../../src/account/secrets.ts";
import { PlatformWire, type Wire, type WireAnswer } from "../../src/platforms/platform-http.ts";
import { startLyingServer, type LyingServer } from "../../src/testing/lying-server.ts";

const TOKEN = "token/of+this=call";
const SECRET = "the-app-secret";

let server: LyingServer;
let wire: Wire;
afterEach(async () => {
  await wire.close();
  await server.close();
});

async function serve(text: string, secrets: Secrets): Promise<void> {
  server = await startLyingServer((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
  wire = redactingWire(new PlatformWire(server.url, { connections: 1 }), secrets);
}

async function answerTo(text: string, secrets: readonly (string | null)[]): Promise<WireAnswer> {
  await serve(text, new Secrets(secrets));
  const call = { method: "POST", path: "/x", query: { accessToken: TOKEN }, json: {} } as const;
  return wire.call(call, new AbortController().signal);
}

it.each([
  ["the token of the call", `"${TOKEN}" has expired`, `"[redacted]" has expired`],
  ["the token as it stood in the URL", `no ${encodeURIComponent(TOKEN)}`, "no [redacted]"],
  ["a secret of the account, wherever", `${SECRET}: ${SECRET}`, "[redacted]: [redacted]"],
  ["the secret in a header's value", "Bearer header-secret is wrong", "Bearer [redacted] is wrong"],
  ["nothing where there is none", '{"success":"true","data":"123456"}', '{"success":"true","data":"123456"}'],
])("takes out %s", async (_what, said, heard) => {
  const answer = await answerTo(said, [SECRET, null, "Bearer header-secret", "123456"]);

  expect(answer).toMatchObject({ kind: "answered", text: heard });
});

it("leaves a token that was used before in the answer that hands it out again", async () => {
  const secrets = new Secrets([SECRET]);
  secrets.learn(TOKEN);
  await serve(`{"accessToken":"${TOKEN}","echo":"${SECRET}"}`, secrets);

  const answer = await wire.call({ method: "POST", path: "/token", json: {} }, new AbortController().signal);

  expect(answer).toMatchObject({ kind: "answered", text: `{"accessToken":"${TOKEN}","echo":"[redacted]"}` });
});
