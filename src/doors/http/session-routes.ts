/**
 * The caller, and sessions, over HTTP.
 */
import type { IncomingHttpHeaders } from "node:http";
import { say } from "../../language/say.ts";
import type { Caller } from "../../operations/caller.ts";
import { whenReachable } from "../../operations/context.ts";
import {
  digestOfSecret,
  endSession,
  listSessions,
  logIn,
  makeLink,
  type SessionsContext,
} from "../../operations/sessions.ts";
import { calls } from "./contract.ts";
import type { KeyRing } from "./keys.ts";
import { notFound, tooManyRequests, unauthenticated, unavailable, type Problem } from "./problem.ts";
import { route, type Route } from "./route.ts";
import { cookieWith, endedCookie, foreignRequest } from "./session-cookie.ts";

interface Environment {
  readonly name: string;
  readonly colour: string;
}

interface SessionDoor {
  readonly context: SessionsContext;
  readonly keys: KeyRing;
  /** The prefix of Redis' keys. */
  readonly prefix: string;
  readonly version: string;
  /** The name of the environment (production, test), which the console shows; null if the configuration has none. */
  readonly environment: Environment | null;
  /** Whether the sandbox runs here. */
  readonly hasSandbox: boolean;
}

const NO_SESSION = notFound(say("there is no such session, or it has ended"));

export function sessionRoutes(door: SessionDoor): Route[] {
  return [...askingRoutes(door), ...ownSessionRoutes(door), ...allSessionsRoutes(door)];
}

function askingRoutes(door: SessionDoor): Route[] {
  const { context, version, environment, hasSandbox } = door;
  return [
    route(calls.about, async () => ({ status: 200, body: { version, environment, sandbox: hasSandbox } })),
    route(calls.me, async ({ caller, session, headers }) =>
      whenReachable({ context }, async () =>
        meOf(caller, { door, signedOnBy: signedOnBy(session, headers) }),
      ).then((me) => ("kind" in me ? unavailable(me) : { status: 200, body: me })),
    ),
  ];
}

type SignedOnBy = "key" | "session" | "proxy";

/** How the caller signed on: one that has neither a key nor a session was named by the proxy. */
function signedOnBy(session: string | null, { authorization }: IncomingHttpHeaders): SignedOnBy {
  if (session !== null) return "session";
  return authorization === undefined ? "proxy" : "key";
}

function meOf(
  { name, role, accounts }: Caller,
  {
    door: { context, version, environment },
    signedOnBy,
  }: { readonly door: SessionDoor; readonly signedOnBy: SignedOnBy },
) {
  const redisTime = new Date(context.now()).toISOString();
  return { name, role, accounts, environment, version, signedOnBy, redisTime };
}

function ownSessionRoutes(door: SessionDoor): Route[] {
  const { context, keys, prefix } = door;
  return [
    route(calls.openSession, async ({ body, headers, address }) => {
      const foreign = foreignRequest("POST", headers);
      if (foreign !== null) return foreign;
      const holder = async (): Promise<Caller | null> => {
        if ("key" in body) return keys.holderOfKey(body.key)?.caller ?? null;
        const by = await context.sessions.takeLink(digestOfSecret(body.link));
        return by === null ? null : (keys.named(by)?.caller ?? null);
      };
      const agent = headers["user-agent"]?.slice(0, 200) ?? null;
      const result = await logIn({ holder, address, agent }, context);
      switch (result.kind) {
        case "opened": {
          const cookie = cookieWith({ secret: result.secret, prefix }, headers);
          return {
            status: 200,
            body: meOf(result.caller, { door, signedOnBy: "session" }),
            headers: { "set-cookie": cookie },
          };
        }
        case "refused":
          return "key" in body ? WRONG_KEY : WRONG_LINK;
        case "tooMany":
          return tooManyWrongKeys(Math.ceil(result.retryAfterMs / 1_000));
        case "unavailable":
          return unavailable(result);
      }
    }),
    route(calls.closeSession, async ({ caller, session, headers }) => {
      if (session === null) return NO_SESSION;
      const result = await endSession({ caller, id: session }, context);
      if (result.kind === "unavailable") return unavailable(result);
      const cookie = endedCookie(prefix, headers);
      return { status: 200, body: { ended: true }, headers: { "set-cookie": cookie } };
    }),
  ];
}

function allSessionsRoutes({ context }: SessionDoor): Route[] {
  return [
    route(calls.listSessions, async ({ caller, session }) => {
      const result = await listSessions({ caller, current: session }, context);
      if (result.kind === "unavailable") return unavailable(result);
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.endSession, async ({ caller, path: { id } }) => {
      const result = await endSession({ caller, id }, context);
      switch (result.kind) {
        case "ended":
          return { status: 200, body: { ended: true } };
        case "notFound":
          return NO_SESSION;
        case "unavailable":
          return unavailable(result);
      }
    }),
    route(calls.makeLoginLink, async ({ caller, session }) => {
      if (session !== null) return NEEDS_KEY;
      const result = await makeLink({ caller }, context);
      if (result.kind === "unavailable") return unavailable(result);
      const { token, expiresAt } = result;
      return { status: 200, body: { path: `/console/login?link=${token}`, expiresAt } };
    }),
  ];
}

const NEEDS_KEY: Problem = {
  status: 403,
  code: "forbidden",
  detail: say("a session makes no login links: this call needs the key itself"),
};
const WRONG_KEY: Problem = { ...unauthenticated, detail: say("the configuration knows no such key") };
const WRONG_LINK: Problem = {
  ...unauthenticated,
  detail: say("the link was used before, or is older than ten minutes; ask for another one"),
};

function tooManyWrongKeys(retryAfterSeconds: number): Problem {
  return {
    ...tooManyRequests(retryAfterSeconds),
    detail: say("too many wrong keys from this address; wait a minute"),
  };
}
