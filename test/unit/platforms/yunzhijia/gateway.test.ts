/**
 * Which refusals of the gateway are believed: a dead token may be refused in any words (docs/platforms/yunzhijia.md, "Tokens").
 */
import { describe, expect, it } from "vitest";
import type { AccountAccess } from "../../../../src/platforms/account-access.ts";
import type { PlatformAnswer } from "../../../../src/platforms/platform-http.ts";
import { callGateway, type GatewayAnswer } from "../../../../src/platforms/yunzhijia/gateway.ts";

describe("a refusal with a code in no table", () => {
  it("is believed only of a token that replaced a refused one", async () => {
    const platform = aPlatform({ dead: ["t-1"] });

    expect(await called(platform)).toEqual({ kind: "answer", answer: TAKEN });
    expect(platform.used).toEqual(["t-1", "t-2"]);
  });

  it("is believed of the same token, where the platform gives no other one and accepts it elsewhere", async () => {
    const platform = aPlatform({ refuses: true, only: "t-1" });

    expect(await called(platform)).toEqual({ kind: "answer", answer: REFUSED });
    expect(platform.used).toEqual(["t-1", "t-1", "t-1 harmless"]);
  });

  it("is believed of a fresh token that is alive, which stays in use for others", async () => {
    const platform = aPlatform({ refuses: true });

    expect(await called(platform)).toEqual({ kind: "answer", answer: REFUSED });
    expect(platform.used).toEqual(["t-1", "t-2", "t-2 harmless"]);
    expect(platform.dropped).toEqual(["t-1"]);
  });

  it("is believed although the harmless call is refused, with another text", async () => {
    const platform = aPlatform({ refuses: true, harmless: refusal(4001, "no such todo") });

    expect(await called(platform)).toEqual({ kind: "answer", answer: REFUSED });
  });

  it("is not believed of a token that somebody replaced meanwhile", async () => {
    const platform = aPlatform({ dead: ["t-1", "t-2"], othersReplace: ["t-2"] });

    expect(await called(platform)).toEqual({ kind: "answer", answer: TAKEN });
    expect(platform.used).toEqual(["t-1", "t-2", "t-3"]);
  });

  it("waits where the token is replaced again and again", async () => {
    const all = Array.from({ length: 9 }, (_, index) => `t-${index + 1}`);
    const platform = aPlatform({ dead: all, othersReplace: all });

    expect(await called(platform)).toMatchObject({ kind: "noVerdict", why: { kind: "unreachable" } });
    expect(platform.used).toHaveLength(4);
  });

  it("is no verdict where the fresh token is dead as well, without a word about it", async () => {
    const platform = aPlatform({ dead: ["t-1", "t-2"] });

    expect(await called(platform)).toMatchObject({
      kind: "noVerdict",
      why: { kind: "unauthorized", refusal: null },
    });
    expect(platform.used).toEqual(["t-1", "t-2", "t-2 harmless"]);
    expect(platform.dropped).toEqual(["t-1", "t-2"]);
  });

  it.each([
    ["a lost answer", { kind: "lost", cause: "timeout", detail: "no answer" }],
    ["a server error", anAnswer("", 502)],
    ["a throttle", anAnswer("", 429)],
    ["nonsense", anAnswer("<html>")],
  ] satisfies [string, PlatformAnswer][])("waits where the harmless call gets %s", async (_, harmless) => {
    expect(await called(aPlatform({ refuses: true, harmless }))).toMatchObject({
      kind: "noVerdict",
      why: { kind: "unreachable" },
    });
  });
});

describe("a refusal that may be of the credentials, while they are accepted elsewhere", () => {
  it.each([
    ["401", anAnswer("", 401)],
    ["403", anAnswer("", 403)],
    ["a code", refusal(401, "")],
    ["English words", refusal(10_003, "accessToken is invalid or expired")],
    ["Chinese words", refusal(1, "令牌已过期")],
  ])("in %s is no verdict yet", async (_, refused) => {
    expect(await called(aPlatform({ refuses: true, refused }))).toMatchObject({
      kind: "noVerdict",
      why: { kind: "unauthorized", refusal: { code: expect.any(String) } },
    });
  });
});

function anAnswer(text: string, status = 200): PlatformAnswer {
  return { kind: "answered", status, retryAfter: null, text };
}

function refusal(errorCode: number, error: string): PlatformAnswer {
  return anAnswer(JSON.stringify({ success: false, errorCode, error, data: null }));
}

const TAKEN = anAnswer(JSON.stringify({ success: "true", errorCode: 0, error: "", data: {} }));
const REFUSED = refusal(777, "strange");

interface Platform {
  readonly account: AccountAccess;
  readonly used: string[];
  readonly dropped: string[];
}

interface Habits {
  /** The tokens that it refuses, whatever is asked. */
  readonly dead?: readonly string[];
  /** It refuses the call itself, with any token. */
  readonly refuses?: boolean;
  readonly refused?: PlatformAnswer;
  /** How it answers the harmless call, with a token that lives. */
  readonly harmless?: PlatformAnswer;
  readonly only?: string;
  readonly othersReplace?: readonly string[];
}

function aPlatform(habits: Habits): Platform {
  const {
    dead = [],
    refuses = false,
    refused = REFUSED,
    harmless = TAKEN,
    only,
    othersReplace = [],
  } = habits;
  let number = 1;
  const current = (): string => only ?? `t-${number}`;
  const [used, dropped]: [string[], string[]] = [[], []];
  const account: Partial<AccountAccess> = {
    token: async () => ({ kind: "token", value: current() }),
    dropToken: async (_scope, token) => {
      dropped.push(token);
      if (token === current()) number += 1;
    },
    call: async ({ path, query }) => {
      const token = String(query?.["accessToken"]);
      const isHarmless = path === HARMLESS.path;
      used.push(isHarmless ? `${token} harmless` : token);
      if (othersReplace.includes(token)) number += 1;
      if (dead.includes(token)) return refused;
      return isHarmless ? harmless : refuses ? refused : TAKEN;
    },
  };
  return { account: account as AccountAccess, used, dropped };
}

const HARMLESS = { path: "/harmless", json: {} };

async function called({ account }: Platform): Promise<GatewayAnswer> {
  const suspectsToken = (answer: PlatformAnswer): boolean => answer !== TAKEN;
  const call = { scope: "app" as const, path: "/any", json: {}, suspectsToken };
  return callGateway({ call, harmless: HARMLESS }, { account, signal: new AbortController().signal });
}
