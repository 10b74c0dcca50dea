/**
 * Calls to Yunzhijia's gateway with the account's token in the query, and one retry with a fresh one.
 *
 * The platform does not say how it answers an expired token. So 401 and 403, and a refusal whose code is
 * in no table, are believed only with a token that was fetched just now (PLATFORMS, "tokens"). The
 * retry repeats a call that the platform refused: never one whose outcome is unknown.
 */
import type { AccountAccess, TokenAnswer } from "./account-access.ts";
import type { PlatformAnswer } from "./platform-http.ts";

/** `app` for todos, `resGroupSecret` for schedules (PLATFORMS, "tokens"). */
export type GatewayScope = "app" | "resGroupSecret";

export type GatewayAnswer =
  | { readonly kind: "answer"; readonly answer: PlatformAnswer }
  /** No token, so nothing left. */
  | { readonly kind: "noToken"; readonly token: Exclude<TokenAnswer, { kind: "token" }> };

export interface GatewayCall {
  readonly scope: GatewayScope;
  readonly path: string;
  readonly json: unknown;
  /** Whether this answer might mean that the token has expired. */
  readonly suspectsToken: (answer: PlatformAnswer) => boolean;
}

export async function callGateway(
  { scope, path, json, suspectsToken }: GatewayCall,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<GatewayAnswer> {
  const call = async (token: string): Promise<PlatformAnswer> =>
    account.call({ method: "POST", path, query: { accessToken: token }, json }, signal);

  const token = await account.token(scope, signal);
  if (token.kind !== "token") return { kind: "noToken", token };
  const answer = await call(token.value);
  if (!suspectsToken(answer)) return { kind: "answer", answer };

  if (token.isFresh && !isUnauthorized(answer)) return { kind: "answer", answer };
  await account.dropToken(scope, token.value);
  const fresh = await account.token(scope, signal);
  if (fresh.kind !== "token") return { kind: "noToken", token: fresh };
  return { kind: "answer", answer: await call(fresh.value) };
}

export function isUnauthorized(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && (answer.status === 401 || answer.status === 403);
}
