/**
 * Calls to Yunzhijia's gateway with the account's token in the query, and once more with a fresh one.
 *
 * The platform does not say how it answers an expired token. So 401 and 403, and a refusal whose code is
 * in no table, are believed only of a token that was got because the one before was refused to this very
 * call (docs/platforms/yunzhijia.md, "Tokens"): however young the one before was, somebody may have taken it back. The
 * repetition is of a call that the platform refused: never of one whose outcome is unknown.
 */
import type { AccountAccess, Permit, TokenAnswer } from "./account-access.ts";
import type { PlatformAnswer } from "./platform-http.ts";

/** `app` for todos, `resGroupSecret` for schedules (docs/platforms/yunzhijia.md, "Tokens"). */
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

/** More than one only where others take the fresh token back meanwhile. */
const MOST_REPEATS = 3;

/** Refused each time, each time with a token that was replaced meanwhile: it is tried again later. */
const UNSETTLED = {
  kind: "unreachable",
  detail: "the account's token is replaced again and again, so that no refusal can be believed",
} as const;

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

  let token = await account.token(scope, signal);
  for (let repeats = 0; ; repeats += 1) {
    if (token.kind !== "token") return { kind: "noToken", token };
    const held = await hold();
    if (held !== null) return held;
    const answer = await call(token.value);
    if (!suspectsToken(answer)) return { kind: "answer", answer };
    if (repeats === 0) await account.dropToken(scope, token.value);
    const next = await account.token(scope, signal, token.value);
    const isReplaced = next.kind === "token" && next.value !== token.value;
    if (repeats > 0 && !isReplaced) return { kind: "answer", answer };
    if (repeats === MOST_REPEATS)
      return isUnauthorized(answer) ? { kind: "answer", answer } : { kind: "noToken", token: UNSETTLED };
    token = next;
  }
}

export function isUnauthorized(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && (answer.status === 401 || answer.status === 403);
}
