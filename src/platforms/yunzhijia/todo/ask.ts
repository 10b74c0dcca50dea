/**
 * Asks checkcreatetodo about one person's todo (document 000, section 1.5).
 *
 * The platform allows 5 calls a minute for one (sourcetype, sourceitemid), whatever the openId. Over that limit
 * it answers success with an `errormsg`, which is never absence. The budget is shared by all workers and all
 * deliveries of the todo.
 */
import type { AccountAccess, AccountSettings } from "../../account-access.ts";
import { classifyTransport, parseBody, retryAfterOf } from "../../classify-http.ts";
import { digestOf } from "../../digest.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { isUnauthorized } from "../../refused-credentials.ts";
import { askGateway, type HarmlessCall } from "../gateway.ts";
import type { Todo } from "./claims.ts";
import { classifyCheck, type AskedTodo, type TodoSighting } from "./sighting.ts";

const SCOPE = "app";
const PATH = "/gateway/newtodo/open/checkcreatetodo.json";

/**
 * A harmless call: asks about a todo that does not exist.
 *
 * @param who a name that is new for each call, because the calls about one todo in a minute are limited
 */
export function askAboutNothing(settings: AccountSettings, who: string): HarmlessCall {
  const sourcetype = settings.platform === "yunzhijia" ? settings.appId : "";
  return { path: PATH, json: { sourcetype, sourceitemid: `bida-${who}`, openId: "bida" } };
}

type Asked =
  | {
      readonly kind: "seen";
      readonly sighting: Exclude<TodoSighting, { kind: "throttled" }>;
      /** The digest of the answer, for the evidence. */
      readonly digest: string;
      readonly called: true;
      readonly retryAfterMs: null;
    }
  /** Nothing was learned. */
  | {
      readonly kind: "nothing";
      /** Null when our own limits did not allow the call. */
      readonly detail: string | null;
      readonly called: boolean;
      /** The question was refused for good: asked later, it would be refused as well. */
      readonly isRefused: boolean;
      readonly retryAfterMs: number | null;
    };

export interface Asking {
  readonly account: AccountAccess;
  readonly now: number;
  readonly signal: AbortSignal;
}

interface Question {
  readonly openId: string;
  readonly asking: Asking;
  /** The token was renewed or proven valid a moment ago, so a refusal is not about the token. */
  readonly isTokenSure?: boolean;
}

export function askOne(
  { appId, sourceId }: Todo,
  { openId, asking: { account, now, signal }, isTokenSure = false }: Question,
): Promise<Asked> {
  const entity = `${appId}\n${sourceId}`;
  const json = { sourcetype: appId, sourceitemid: sourceId, openId };
  const todo: AskedTodo = { appId, sourceId, openId };
  const asked = askGateway(
    {
      call: {
        scope: SCOPE,
        path: PATH,
        json,
        suspectsToken: (answer) => !isTokenSure && suspectsToken(answer, todo),
      },
      permit: () => account.permitCheck(entity, signal),
    },
    { account, signal },
  );
  return asked.then((reply) => askedOf(reply, { todo, entity, account, now }));
}

function askedOf(
  reply: Awaited<ReturnType<typeof askGateway>>,
  {
    todo,
    entity,
    account,
    now,
  }: Omit<Asking, "signal"> & { readonly todo: AskedTodo; readonly entity: string },
): Asked | Promise<Asked> {
  if (reply.kind === "denied") {
    const { wasAsked: called, retryAfterMs } = reply;
    return { kind: "nothing", detail: null, called, isRefused: false, retryAfterMs };
  }
  if (reply.kind === "noVerdict") return nothing(reply.why.detail, { called: false });

  const { answer } = reply;
  const transport = classifyTransport(answer, now);
  if (transport !== null || answer.kind !== "answered") {
    const detail = transport !== null && "detail" in transport ? transport.detail : "no answer";
    return nothing(detail, {
      isRefused: transport?.kind === "rejected",
      retryAfterMs: retryAfterOf(transport),
    });
  }
  const sighting = sightingOf(answer, todo);
  if (sighting.kind === "throttled") {
    const detail = "the platform was asked too often, or answered with an error text";
    return account.exhaustBudget(entity).then((retryAfterMs) => nothing(detail, { retryAfterMs }));
  }
  return { kind: "seen", sighting, digest: digestOf(answer.text), called: true, retryAfterMs: null };
}

function nothing(
  detail: string,
  {
    called = true,
    isRefused = false,
    retryAfterMs = null,
  }: { called?: boolean; isRefused?: boolean; retryAfterMs?: number | null },
): Asked {
  return { kind: "nothing", detail, called, isRefused, retryAfterMs };
}

const sightings = new WeakMap<PlatformAnswer, TodoSighting>();

/** The classified body; read once, although it is needed twice. */
function sightingOf(answer: PlatformAnswer, todo: AskedTodo): TodoSighting {
  const known = sightings.get(answer);
  if (known !== undefined) return known;
  const body = answer.kind === "answered" ? parseBody(answer.text) : undefined;
  const sighting = classifyCheck(body, todo);
  sightings.set(answer, sighting);
  return sighting;
}

function suspectsToken(answer: PlatformAnswer, todo: AskedTodo): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  return sightingOf(answer, todo).kind === "refused";
}
