/**
 * The token endpoint over a real socket (docs/platforms/yunzhijia.md, "Tokens"). Three things must not be mixed
 * up: credentials that were refused hold the whole account and wake a person, an endpoint that is away
 * only costs time, and one that asks to wait is waited for.
 */
import { describe, expect, it } from "vitest";
import type { FetchedToken } from "../../src/platforms/account-access.ts";
import { PlatformWire } from "../../src/platforms/platform-http.ts";
import { YunzhijiaTokens } from "../../src/platforms/yunzhijia/tokens.ts";
import { NOW } from "../support/builders.ts";
import { anAnswer, startLyingServer, type LyingServer, type Reply } from "../../src/testing/lying-server.ts";
import { closing } from "../support/closing.ts";

const CREDENTIALS = {
  appId: "500041933",
  appSecret: "app-secret-never-to-be-seen",
  eid: "123456",
  resGroupSecret: "group-secret-never-to-be-seen",
};
const TOKEN = "token-never-to-be-seen";
const REFRESH = "refresh-never-to-be-seen";
const SIGNAL = new AbortController().signal;

const data = { accessToken: TOKEN, expireIn: 7200, refreshToken: REFRESH };
const good = { success: true, errorCode: 0, error: null, data };

const silence: Reply = () => undefined;

interface Endpoint {
  readonly server: LyingServer;
  readonly tokens: YunzhijiaTokens;
}

async function anEndpoint(reply: Reply, credentials = CREDENTIALS): Promise<Endpoint> {
  const server = await startLyingServer(reply);
  const wire = new PlatformWire(server.url, {
    connections: 1,
    // Who gives no answer at all is not waited for long.
    timeouts: { connectMs: 20_000, answerMs: reply === silence ? 200 : 20_000 },
  });
  closing.push(
    () => server.close(),
    () => wire.close(),
  );
  const call = async (...args: Parameters<PlatformWire["call"]>): ReturnType<PlatformWire["call"]> =>
    wire.call(...args);
  return { server, tokens: new YunzhijiaTokens(credentials, { call, now: () => NOW }) };
}

/** Fetches at an endpoint that answers this; whatever comes, no secret may be in its words. */
async function fetchFrom(body: unknown, options: Parameters<typeof anAnswer>[1] = {}): Promise<FetchedToken> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const { tokens } = await anEndpoint((socket) => socket.write(anAnswer(text, options)));
  const fetched = await tokens.fetch({ scope: "app", refreshToken: null }, SIGNAL);
  if (fetched.kind !== "fetched") expect(fetched.detail).not.toContain("never-to-be-seen");
  return fetched;
}

function bodyOf({ requests }: LyingServer): unknown {
  return JSON.parse(requests[0]?.split("\r\n\r\n")[1] ?? "");
}

describe("a token", () => {
  it.each([
    ["as documented", good],
    ["with success as text", { ...good, success: "true" }],
    ["with success in capitals", { ...good, success: "TRUE" }],
    ["with success as a number", { ...good, success: 1 }],
    ["with success as a number in text", { ...good, success: "1" }],
    ["with white space around it", { ...good, data: { ...data, accessToken: ` ${TOKEN}\n` } }],
    ["with expireIn as text", { ...good, data: { ...data, expireIn: "7200" } }],
    ["with errorCode as text", { ...good, errorCode: "0" }],
    ["with fields that no document names", { ...good, x: 1, data: { ...data, y: 2 } }],
  ])("is understood %s", async (_, body) => {
    expect(await fetchFrom(body)).toEqual({
      kind: "fetched",
      value: TOKEN,
      refreshToken: REFRESH,
      expiresInMs: 7_200_000,
    });
  });

  it.each([undefined, null, "soon", 0, -1, "", 1e18])(
    "without a lifetime (%j) is used, and soon fetched again",
    async (expireIn) => {
      expect(await fetchFrom({ ...good, data: { ...data, expireIn } })).toMatchObject({
        kind: "fetched",
        expiresInMs: 60_000,
      });
    },
  );

  it("without a refresh token is a token all the same", async () => {
    const fetched = await fetchFrom({ success: true, data: { accessToken: TOKEN, expireIn: 7200 } });

    expect(fetched).toMatchObject({ kind: "fetched", refreshToken: "" });
  });
});

describe("a refusal", () => {
  it.each([
    ["as documented", { success: false, errorCode: 10000, error: "secret 错误", data: null }],
    ["with success as text", { success: "false", errorCode: "10000", error: "no", data: {} }],
    ["in words that pass elsewhere", { success: false, errorCode: 10000, error: "appSecret异常" }],
    ["that repeats the secret", { success: false, errorCode: 1, error: CREDENTIALS.appSecret }],
  ])("%s holds the account", async (_, body) => {
    const refused = await fetchFrom(body);

    expect(refused.kind).toBe("unauthorized");
    expect(refused).toMatchObject({ detail: expect.stringContaining(String(body.errorCode)) });
  });

  it.each([
    ["401 Unauthorized", "unauthorized"],
    ["403 Forbidden", "unauthorized"],
    ["404 Not Found", "unreachable"],
    ["302 Found", "unreachable"],
    ["500 Internal Server Error", "unreachable"],
    ["502 Bad Gateway", "unreachable"],
  ])("by HTTP %s is %s", async (status, kind) => {
    expect(await fetchFrom("<html>no</html>", { status })).toMatchObject({ kind });
  });

  it.each(["429 Too Many Requests", "503 Service Unavailable"])(
    "by HTTP %s makes the send wait",
    async (status) => {
      const asked = await fetchFrom("", { status, headers: ["Retry-After: 9"] });

      expect(asked).toMatchObject({ kind: "throttled", retryAfterMs: 9_000 });
    },
  );
});

describe("a refresh", () => {
  const refreshAt = async (reply: Reply): Promise<FetchedToken> => {
    const { tokens } = await anEndpoint(reply);
    return tokens.fetch({ scope: "app", refreshToken: REFRESH }, SIGNAL);
  };

  it.each(["404 Not Found", "405 Method Not Allowed", "302 Found"])(
    "that an installation answers with HTTP %s counts as refused",
    async (status) => {
      const refreshed = await refreshAt((socket) => socket.write(anAnswer("<html>no</html>", { status })));

      expect(refreshed.kind).toBe("unauthorized");
    },
  );

  it.each<[string, Reply]>([
    ["is answered with HTTP 502", (socket) => socket.write(anAnswer("", { status: "502 Bad Gateway" }))],
    ["is cut", (socket) => socket.destroy()],
  ])("that %s was not refused", async (_, reply) => {
    expect(await refreshAt(reply)).toMatchObject({ kind: "unreachable" });
  });
});

describe("an answer that says nothing about the credentials", () => {
  it.each([
    ["HTML with 200", "<html>welcome</html>"],
    ["nothing", ""],
    ["half an object", JSON.stringify(good).slice(0, -9)],
    ["a text", '"ok"'],
    ["an array", [good]],
    ["null", "null"],
    ["an object without success", { data }],
    ["success without data", { success: true, errorCode: 0 }],
    ["success with data as text", { ...good, data: JSON.stringify(data) }],
    ["success with data as array", { ...good, data: [data] }],
    ["success without a token", { ...good, data: { expireIn: 7200 } }],
    ["success with an empty token", { ...good, data: { ...data, accessToken: "" } }],
    ["trouble in its own words", { success: false, errorCode: 500, error: "系统繁忙，请稍后再试" }],
    ["a limit of its own", { success: "false", errorCode: "429", error: "Too many requests" }],
  ])("%s holds no account", async (_, body) => {
    expect(await fetchFrom(body)).toMatchObject({ kind: "unreachable" });
  });

  it.each<[string, Reply]>([
    ["no answer in time", silence],
    ["a reset", (socket) => socket.resetAndDestroy()],
  ])("%s holds no account", async (_, reply) => {
    const { tokens } = await anEndpoint(reply);

    expect(await tokens.fetch({ scope: "app", refreshToken: null }, SIGNAL)).toMatchObject({
      kind: "unreachable",
    });
  });
});

describe("a request", () => {
  const answerGood: Reply = (socket) => socket.write(anAnswer(JSON.stringify(good)));

  it.each([
    ["app", { appId: CREDENTIALS.appId, secret: CREDENTIALS.appSecret }],
    ["team", { appId: CREDENTIALS.appId, eid: "123456", secret: CREDENTIALS.appSecret }],
    ["resGroupSecret", { eid: "123456", secret: CREDENTIALS.resGroupSecret }],
  ])("of scope %s names the caller, by the account's clock", async (scope, who) => {
    const { server, tokens } = await anEndpoint(answerGood);

    await tokens.fetch({ scope, refreshToken: null }, SIGNAL);

    expect(server.requests[0]).toMatch(/^POST \/gateway\/oauth2\/token\/getAccessToken HTTP/);
    expect(bodyOf(server)).toEqual({ ...who, scope, timestamp: NOW });
  });

  it("to refresh carries the refresh token in place of the secret", async () => {
    const { server, tokens } = await anEndpoint(answerGood);

    await tokens.fetch({ scope: "app", refreshToken: "old-refresh" }, SIGNAL);

    expect(server.requests[0]).toMatch(/^POST \/gateway\/oauth2\/token\/refreshToken HTTP/);
    expect(bodyOf(server)).toEqual({
      appId: CREDENTIALS.appId,
      refreshToken: "old-refresh",
      scope: "app",
      timestamp: NOW,
    });
    expect(server.requests[0]).not.toContain(CREDENTIALS.appSecret);
  });
});
