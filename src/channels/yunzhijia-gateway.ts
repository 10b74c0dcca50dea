/**
 * Calls to Yunzhijia's gateway with the account's token in the query, and one retry with a fresh one.
 *
 * The platform does not say how it answers an expired token. So 401 and 403, and a refusal whose code is
 * in no table, are believed only with a token that was fetched just now (PLATFORMS, "tokens"). The
 * retry repeats a call that the platform refused: never one whose outcome is unknown.
 */
import type { AccountAccess, Permit, TokenAnswer } from "./account-access.ts";
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
  /** Nobody can see what it did: it goes over a connection of its own. */
  readonly isUnobservable?: boolean;
  /** Whether this answer might mean that the token has expired. */
  readonly suspectsToken: (answer: PlatformAnswer) => boolean;
}

/** A send; its place in the account's rate was taken before. */
export async function callGateway(
  call: GatewayCall,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<GatewayAnswer> {
  return callOnce<never>(call, account, signal, async () => null);
}

type Denied = Extract<Permit, { kind: "denied" }> & {
  /** True when it is the repetition that may not leave. */
  readonly wasAsked: boolean;
};

/**
 * A question, with a permit for each call: the repetition with a fresh token is a call like any other, and
 * the time for a token would make an older permit stale.
 */
export async function askGateway(
  call: GatewayCall,
  permit: () => Promise<Permit>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<GatewayAnswer | Denied> {
  let wasAsked = false;
  return callOnce<Denied>(call, account, signal, async () => {
    const permission = await permit();
    if (permission.kind === "denied") return { ...permission, wasAsked };
    wasAsked = true;
    return null;
  });
}

/** @param hold null when the call may leave, asked when nothing else stands in its way */
async function callOnce<Held>(
  { scope, path, json, isUnobservable = false, suspectsToken }: GatewayCall,
  account: AccountAccess,
  signal: AbortSignal,
  hold: () => Promise<Held | null>,
): Promise<GatewayAnswer | Held> {
  const terms = isUnobservable ? { isUnobservable } : {};
  const call = async (token: string): Promise<PlatformAnswer> =>
    account.call({ method: "POST", path, query: { accessToken: token }, json, ...terms }, signal);

  const token = await account.token(scope, signal);
  if (token.kind !== "token") return { kind: "noToken", token };
  const held = await hold();
  if (held !== null) return held;
  const answer = await call(token.value);
  if (!suspectsToken(answer)) return { kind: "answer", answer };

  if (token.isFresh && !isUnauthorized(answer)) return { kind: "answer", answer };
  await account.dropToken(scope, token.value);
  const fresh = await account.token(scope, signal);
  if (fresh.kind !== "token") return { kind: "noToken", token: fresh };
  return (await hold()) ?? { kind: "answer", answer: await call(fresh.value) };
}

export function isUnauthorized(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && (answer.status === 401 || answer.status === 403);
}
