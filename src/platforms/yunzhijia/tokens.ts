/**
 * The token endpoint of Yunzhijia (docs/platforms/yunzhijia.md, "Tokens").
 *
 * `timestamp` is valid for three minutes by the platform's own clock. Asking again within a token's lifetime
 * returns the same token, so a new one needs `refreshToken`.
 */
import { z } from "zod";
import type { FetchedToken, TokenSource } from "../account-access.ts";
import { isPassingTrouble, successIn } from "../beside-success.ts";
import { classifyTransport, parseBody, retryAfterOf } from "../classify-http.ts";
import type { PlatformAnswer, PlatformCall } from "../platform-http.ts";

interface YunzhijiaCredentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly eid: string | null;
  readonly resGroupSecret: string | null;
}

/**
 * The lifetime that is assumed where the platform tells none, or no usable one: the token is soon asked for
 * again, and within its lifetime the platform returns the same one.
 */
const SHORT_LIFE_S = 60;
const LONGEST_LIFE_S = 30 * 86_400;

const replySchema = z.object({
  success: z.unknown().optional().transform(successIn),
  errorCode: z.union([z.number(), z.string()]).nullish(),
  error: z.string().nullish().catch(null),
  data: z
    .object({
      accessToken: z.string().trim().min(1),
      expireIn: z.coerce.number().positive().max(LONGEST_LIFE_S).catch(SHORT_LIFE_S),
      refreshToken: z.string().catch(""),
    })
    .nullish()
    .catch(null),
});

type Call = (call: PlatformCall, signal: AbortSignal) => Promise<PlatformAnswer>;

export class YunzhijiaTokens implements TokenSource {
  readonly #credentials: YunzhijiaCredentials;
  readonly #call: Call;
  readonly #now: () => number;

  constructor(
    credentials: YunzhijiaCredentials,
    { call, now }: { readonly call: Call; readonly now: () => number },
  ) {
    this.#credentials = credentials;
    this.#call = call;
    this.#now = now;
  }

  async fetch(
    { scope, refreshToken }: { readonly scope: string; readonly refreshToken: string | null },
    signal: AbortSignal,
  ): Promise<FetchedToken> {
    const name = refreshToken === null ? "getAccessToken" : "refreshToken";
    const { secret, ...who } = this.#identity(scope);
    const json = {
      ...who,
      ...(refreshToken === null ? { secret } : { refreshToken }),
      timestamp: this.#now(),
      scope,
    };
    const answer = await this.#call({ method: "POST", path: `/gateway/oauth2/token/${name}`, json }, signal);
    const fetched = readToken(answer, this.#now());
    return refreshToken !== null && isRefused(answer) ? NO_REFRESH : fetched;
  }

  #identity(scope: string): { secret: string; appId?: string; eid?: string } {
    const { appId, appSecret, eid, resGroupSecret } = this.#credentials;
    const team = eid === null ? {} : { eid };
    switch (scope) {
      case "app":
        return { appId, secret: appSecret };
      case "team":
        return { appId, ...team, secret: appSecret };
      default:
        return { ...team, secret: resGroupSecret ?? "" };
    }
  }
}

/** Words for credentials that a person has to correct. "Token" is not among them: it names what was asked for. */
const NAMES_A_SECRET = /secret|密钥|密码|app[ _-]?id|\beid\b/i;

/** This says nothing about the credentials, so it is no reason to hold the account. */
const NOT_UNDERSTOOD: FetchedToken = {
  kind: "unreachable",
  detail: "the token endpoint's answer is not understood",
};

/** An installation may have no such endpoint; then the token that it returned is the only one. */
const NO_REFRESH: FetchedToken = { kind: "unauthorized", detail: "the token endpoint refreshes nothing" };

function isRefused(answer: PlatformAnswer): boolean {
  const isRedirect = answer.kind === "answered" && answer.status >= 300 && answer.status < 400;
  return isRedirect || classifyTransport(answer, 0)?.kind === "rejected";
}

function readToken(answer: PlatformAnswer, now: number): FetchedToken {
  const transport = classifyTransport(answer, now);
  switch (transport?.kind) {
    case "throttled":
    case "unauthorized":
    case "unreachable":
      return transport;
    // Nothing of the delivery has left: a failed token call counts as `unreachable`.
    case "unknown":
    case "rejected":
    case "invalid": {
      const detail = "the token endpoint gave no usable answer";
      const retryAfterMs = retryAfterOf(transport);
      return retryAfterMs === null
        ? { kind: "unreachable", detail }
        : { kind: "throttled", retryAfterMs, detail };
    }
    case undefined:
      break;
  }
  const reply = replySchema.safeParse(answer.kind === "answered" ? parseBody(answer.text) : undefined);
  if (!reply.success) return NOT_UNDERSTOOD;
  const { success, data, error } = reply.data;
  if (success === false) {
    const code = String(reply.data.errorCode ?? "none");
    const words = { code, text: error ?? "" };
    // The platform is busy or has failed: other credentials would not help.
    return isPassingTrouble(words) && !NAMES_A_SECRET.test(words.text)
      ? { kind: "unreachable", detail: `the token endpoint reports a failure (code ${code})` }
      : { kind: "unauthorized", detail: `the token endpoint refused the credentials (code ${code})` };
  }
  if (success === null || data == null) return NOT_UNDERSTOOD;
  return {
    kind: "fetched",
    value: data.accessToken,
    refreshToken: data.refreshToken,
    expiresInMs: data.expireIn * 1_000,
  };
}
