/**
 * Which refusals of the gateway are believed: a dead token may be refused in any words (docs/platforms/yunzhijia.md, "Tokens").
 */
import { describe, expect, it } from "vitest";
import type { AccountAccess } from "../../../src/channels/account-access.ts";
import type { PlatformAnswer } from "../../../src/channels/platform-http.ts";
import { callGateway, type GatewayAnswer } from "../../../src/channels/yunzhijia-gateway.ts";

describe("a refusal with a code in no table", () => {
  it("is believed only of a token that replaced a refused one", async () => {
    const platform = aPlatform(["t-1"]);

    expect(await called(platform)).toEqual({ kind: "answer", answer: TAKEN });
    expect(platform.used).toEqual(["t-1", "t-2"]);
  });

  it("is believed of the same token, where the platform hands out no other", async () => {
    const platform = aPlatform(["t-1"], { only: "t-1" });

    expect(await called(platform)).toEqual({ kind: "answer", answer: REFUSED });
    expect(platform.used).toEqual(["t-1", "t-1"]);
  });

  it("is believed of a fresh token that nobody has taken back, and leaves it to the others", async () => {
    const platform = aPlatform(["t-1", "t-2"]);

    expect(await called(platform)).toEqual({ kind: "answer", answer: REFUSED });
    expect(platform.dropped).toEqual(["t-1"]);
  });

  it("is not believed of a token that somebody replaced meanwhile", async () => {
    const platform = aPlatform(["t-1", "t-2"], { othersReplace: ["t-2"] });

    expect(await called(platform)).toEqual({ kind: "answer", answer: TAKEN });
    expect(platform.used).toEqual(["t-1", "t-2", "t-3"]);
  });

  it("waits where the token is replaced again and again", async () => {
    const all = Array.from({ length: 9 }, (_, index) => `t-${index + 1}`);
    const platform = aPlatform(all, { othersReplace: all });

    expect(await called(platform)).toMatchObject({ kind: "noToken", token: { kind: "unreachable" } });
    expect(platform.used).toHaveLength(4);
  });
});

const TAKEN: PlatformAnswer = { kind: "answered", status: 200, retryAfter: null, text: "taken" };
const REFUSED: PlatformAnswer = { kind: "answered", status: 200, retryAfter: null, text: "refused" };

interface Platform {
  readonly account: AccountAccess;
  readonly used: string[];
  readonly dropped: string[];
}

/** @param dead the tokens that it refuses */
function aPlatform(
  dead: readonly string[],
  { only, othersReplace = [] }: { only?: string; othersReplace?: readonly string[] } = {},
): Platform {
  let number = 1;
  const current = (): string => only ?? `t-${number}`;
  const [used, dropped]: [string[], string[]] = [[], []];
  const account: Partial<AccountAccess> = {
    token: async () => ({ kind: "token", value: current() }),
    dropToken: async (_scope, token) => {
      dropped.push(token);
      if (token === current()) number += 1;
    },
    call: async ({ query }) => {
      const token = String(query?.["accessToken"]);
      used.push(token);
      if (othersReplace.includes(token)) number += 1;
      return dead.includes(token) ? REFUSED : TAKEN;
    },
  };
  return { account: account as AccountAccess, used, dropped };
}

async function called({ account }: Platform): Promise<GatewayAnswer> {
  const suspectsToken = (answer: PlatformAnswer): boolean => answer === REFUSED;
  const call = { scope: "app" as const, path: "/any", json: {}, suspectsToken };
  return callGateway(call, account, new AbortController().signal);
}
