/**
 * Calls Yunzhijia's gateway with the account's token in the query, and repeats a refused call with a fresh
 * token.
 *
 * The platform does not say how it answers an expired token. So 401, 403 and a refusal whose code is in no
 * table are believed only with a token that was fetched because this very call was refused with the one before
 * (docs/platforms/yunzhijia.md, "Tokens"), and that is still valid: a send makes a harmless call with it,
 * because even a new token may have been withdrawn. Only a call that the platform refused is repeated, never
 * one whose outcome is unknown.
 */
import { refusalText } from "../../delivery/error-words.ts";
import type { SendOutcome } from "../../delivery/outcome.ts";
import type { AccountAccess, Permit, TokenAnswer } from "../account-access.ts";
import { classifyTransport } from "../classify-http.ts";
import type { PlatformAnswer, PlatformCall } from "../platform-http.ts";
import {
  isSameRefusal,
  isSuccess,
  isUnauthorized,
  mayRefuseCredentials,
  refusalIn,
  type RefusalWords,
} from "../refused-credentials.ts";

/** `app` for todos, `resGroupSecret` for schedules (docs/platforms/yunzhijia.md, "Tokens"). */
type GatewayScope = "app" | "resGroupSecret";

/** Why there is no answer that can be believed. For a send this is the outcome. */
type NoVerdict =
  | Exclude<TokenAnswer, { kind: "token" }>
  | Extract<SendOutcome, { kind: "unauthorized" | "unreachable" | "unknown" }>;

export type GatewayAnswer =
  | { readonly kind: "answer"; readonly answer: PlatformAnswer }
  /** There was no token, so nothing left; or no token with which a refusal could be believed. */
  | { readonly kind: "noVerdict"; readonly why: NoVerdict };

/** A call that changes nothing on the platform. */
export interface HarmlessCall {
  readonly path: string;
  readonly json: unknown;
}

export interface GatewayCall {
  readonly scope: GatewayScope;
  readonly path: string;
  readonly json: unknown;
  /** Nobody can observe what the call did, so it uses a fresh connection. */
  readonly isUnobservable?: boolean;
  /** Whether this answer might mean that the token has expired. */
  readonly suspectsToken: (answer: PlatformAnswer) => boolean;
  /**
   * For a call that must not be made twice: finds out, before a repeat, whether it took effect although it was
   * refused. The token has been renewed by then. This function must not renew it again: that would look as if
   * another client had replaced the token.
   */
  readonly isDone?: () => Promise<NotAgain | null>;
}

/** Why a refused call is not repeated at once. */
export type NotAgain = Extract<
  SendOutcome,
  { kind: "unknown" | "unreachable" | "throttled" | "unauthorized" }
>;

/**
 * Makes the call of a send, whose place in the account's rate is taken already.
 *
 * @param harmless a call made with the refused token before the refusal is believed
 */
export function callGateway(
  { call, harmless }: { readonly call: GatewayCall; readonly harmless: HarmlessCall },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  return callOnce<never>({ call: { ...call, harmless }, hold: () => HELD_BY_NOTHING }, { account, signal });
}

type Denied = Extract<Permit, { kind: "denied" }> & {
  /** True when it is the repeat that may not leave. */
  readonly wasAsked: boolean;
};

/**
 * Makes the call of a check, with a permit for each call. The repeat with a fresh token needs its own permit:
 * an older one would be stale after the time that fetching a token takes.
 */
export function askGateway(
  { call, permit }: { readonly call: GatewayCall; readonly permit: () => Promise<Permit> },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<GatewayAnswer | Denied> {
  let calls = 0;
  const asked = callOnce<Denied>(
    {
      call,
      hold: () =>
        permit().then((permission) => {
          if (permission.kind === "denied") return { held: { ...permission, wasAsked: calls > 0 } };
          calls += 1;
          return permission;
        }),
    },
    { account, signal },
  );
  return asked.then((reply) => {
    if (reply.kind !== "answer" || reply.answer.kind !== "notPermitted") return reply;
    // The call was too late for its permit, and needs another one.
    return { kind: "denied", retryAfterMs: reply.answer.retryAfterMs, wasAsked: calls > 1 };
  });
}

const HELD_BY_NOTHING = Promise.resolve({});

/** More than one repeat only where the fresh token is withdrawn meanwhile. */
const MOST_REPEATS = 3;

/** Every attempt was refused with a token that had been replaced meanwhile: the call is tried again later. */
const UNSETTLED: NoVerdict = {
  kind: "unreachable",
  detail: "the account's token is replaced again and again, so that no refusal can be believed",
};

/** @param hold asks whether the call may leave, and until when; called last, when everything else is ready */
async function callOnce<Held>(
  {
    call,
    hold,
  }: {
    readonly call: GatewayCall & { readonly harmless?: HarmlessCall };
    readonly hold: () => Promise<{ readonly held: Held } | Pick<PlatformCall, "leaveBy">>;
  },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<GatewayAnswer | Held> {
  const { scope, path, json, isUnobservable = false, suspectsToken, isDone, harmless } = call;
  const terms = isUnobservable ? { isUnobservable } : {};
  let token = await account.token(scope, { signal });
  for (let repeats = 0; ; repeats += 1) {
    if (token.kind !== "token") return { kind: "noVerdict", why: token };
    const permission = await hold();
    if ("held" in permission) return permission.held;
    const { leaveBy } = permission;
    const query = { accessToken: token.value };
    const answer = await account.call({ method: "POST", path, query, json, leaveBy, ...terms }, signal);
    if (!suspectsToken(answer)) return { kind: "answer", answer };
    if (repeats === 0) await account.dropToken(scope, token.value);
    const next = await account.token(scope, { signal, refused: token.value });
    // Only with the renewed token: what the refused one could not see may be there.
    const done = (await isDone?.()) ?? null;
    if (done !== null) return { kind: "noVerdict", why: done };
    const isReplaced = next.kind === "token" && next.value !== token.value;
    if (repeats > 0 && !isReplaced) {
      if (harmless === undefined) return { kind: "answer", answer };
      return believed({ answer, scope, token: token.value, harmless }, { account, signal });
    }
    if (repeats === MOST_REPEATS) return { kind: "noVerdict", why: UNSETTLED };
    token = next;
  }
}

interface Doubt {
  readonly scope: GatewayScope;
  /** The token that was refused, and that nobody has replaced. */
  readonly token: string;
  readonly harmless: HarmlessCall;
}

/** Whether the call is refused, or the token. How an expired token is refused is not documented. */
async function believed(
  { answer, scope, token, harmless }: Doubt & { readonly answer: PlatformAnswer },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const query = { accessToken: token };
  const other = await account.call({ method: "POST", ...harmless, query }, signal);
  const words = wordsOf(answer);
  const detail = refusalText(words);
  switch (takenBy(other, words)) {
    case "taken":
      return mayRefuseCredentials(answer)
        ? { kind: "noVerdict", why: { kind: "unauthorized", detail, refusal: words } }
        : { kind: "answer", answer };
    case "refused":
      await account.dropToken(scope, token);
      return { kind: "noVerdict", why: { kind: "unauthorized", detail, refusal: null } };
    case "untold": {
      const untold = `refused (${detail}), and whether it is the token's fault could not be asked`;
      return { kind: "noVerdict", why: { kind: "unreachable", detail: untold } };
    }
  }
}

function wordsOf(answer: PlatformAnswer): RefusalWords {
  if (isUnauthorized(answer) && answer.kind === "answered")
    return { code: `HTTP ${answer.status}`, text: "" };
  return refusalIn(answer) ?? { code: "none", text: "" };
}

/** What the answer to the harmless call says about the token. */
function takenBy(answer: PlatformAnswer, words: RefusalWords): "taken" | "refused" | "untold" {
  if (mayRefuseCredentials(answer)) return "refused";
  const transport = classifyTransport(answer, 0)?.kind;
  // A refusal of the call itself shows that the token was taken.
  if (transport !== undefined) return transport === "rejected" ? "taken" : "untold";
  const refusal = refusalIn(answer);
  if (refusal !== null) return isSameRefusal(refusal, words) ? "refused" : "taken";
  return isSuccess(answer) ? "taken" : "untold";
}
