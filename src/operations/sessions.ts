/**
 * Sessions of people in a browser. A session stands for an API key: it begins with the key itself or with a
 * link that works once, and always has the current rights of its key. The browser holds a random secret; Redis
 * holds only its digest.
 */
import { createHash, randomBytes } from "node:crypto";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

/** The longest life of a session, however busy it is. */
export const SESSION_LASTS_MS = 12 * 3_600_000;
/** A session ends after this time without a request. */
export const SESSION_IDLE_MS = 30 * 60_000;
export const LINK_LASTS_MS = 10 * 60_000;
/** The most wrong keys from one address within a minute. */
const MOST_WRONG_KEYS = 5;

export interface KeptSession {
  /** The name of the key that it stands for. */
  readonly by: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly address: string;
  /** The `User-Agent` of the browser. */
  readonly agent: string | null;
}

export interface ListedSession extends KeptSession {
  /** The digest of its secret. */
  readonly id: string;
  readonly usedAt: number;
}

/** Sessions and links by the digests of their secrets. */
export interface Sessions {
  open(id: string, session: KeptSession): Promise<void>;
  /** The session, whose idle time restarts; null if it has ended. */
  use(id: string): Promise<KeptSession | null>;
  /** Whether the session still exists; does not count as a use. */
  goesOn(id: string): Promise<boolean>;
  list(now: number): Promise<readonly ListedSession[]>;
  end(id: string): Promise<KeptSession | null>;
  addLink(id: string, by: string): Promise<void>;
  /** The name of the key that the link stands for; null if it was used or has expired. A link works once. */
  takeLink(id: string): Promise<string | null>;
  /**
   * Counts an attempt before the key is checked: how many there were from this address within a minute, and how
   * long that minute lasts.
   */
  countAttempt(address: string): Promise<{ readonly attempts: number; readonly leftMs: number }>;
  /** Takes an attempt back, because the key was right. */
  forgiveAttempt(address: string): Promise<void>;
}

export type SessionsContext = OperationsContext & { readonly sessions: Sessions };

interface LoginInput {
  /** Whose key or link it is; null if it is not valid. */
  readonly holder: (context: SessionsContext) => Promise<Caller | null>;
  readonly address: string;
  readonly agent: string | null;
}

type LoginResult =
  | {
      readonly kind: "opened";
      readonly secret: string;
      readonly session: KeptSession;
      readonly caller: Caller;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "tooMany"; readonly retryAfterMs: number }
  | Unavailable;

export async function logIn(
  { holder, address, agent }: LoginInput,
  context: SessionsContext,
): Promise<LoginResult> {
  return whenReachable({ context }, async (): Promise<LoginResult> => {
    const { sessions } = context;
    const { attempts, leftMs } = await sessions.countAttempt(address);
    if (attempts > MOST_WRONG_KEYS) return { kind: "tooMany", retryAfterMs: leftMs };
    const caller = await holder(context);
    if (caller === null) return { kind: "refused" };
    await sessions.forgiveAttempt(address);
    const now = context.now();
    const secret = randomBytes(32).toString("base64url");
    const session = { by: caller.name, createdAt: now, expiresAt: now + SESSION_LASTS_MS, address, agent };
    await sessions.open(digestOfSecret(secret), session);
    const told = { at: now, by: caller.name, account: null, id: null };
    await context.audit.write({ ...told, act: "log in", note: `from ${address}` });
    return { kind: "opened", secret, session, caller };
  });
}

/** Null for a session that has ended. */
export async function useSession(
  secret: string,
  context: SessionsContext,
): Promise<{ readonly id: string; readonly by: string } | Unavailable | null> {
  const id = digestOfSecret(secret);
  return whenReachable({ context }, async () => {
    const session = await context.sessions.use(id);
    return session === null || session.expiresAt <= context.now() ? null : { id, by: session.by };
  });
}

interface SessionView {
  readonly id: string;
  readonly name: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  readonly address: string;
  readonly agent: string | null;
}

type SessionsResult = { readonly kind: "sessions"; readonly items: readonly SessionView[] } | Unavailable;

/** An admin sees all sessions, others only their own. */
export async function listSessions(
  { caller, current }: { readonly caller: Caller; readonly current: string | null },
  context: SessionsContext,
): Promise<SessionsResult> {
  return whenReachable({ context }, async (): Promise<SessionsResult> => {
    const all = await context.sessions.list(context.now());
    const items = all
      .filter(({ by }) => isTheirs(by, caller))
      .map(({ id, by, createdAt, usedAt, expiresAt, address, agent }) => ({
        id,
        name: by,
        current: id === current,
        createdAt: new Date(createdAt).toISOString(),
        usedAt: new Date(usedAt).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
        address,
        agent,
      }));
    return { kind: "sessions", items };
  });
}

type EndSessionResult = { readonly kind: "ended" | "notFound" } | Unavailable;

/** Ends a session. For anybody but an admin, other people's sessions are not found. */
export async function endSession(
  { caller, id }: { readonly caller: Caller; readonly id: string },
  context: SessionsContext,
): Promise<EndSessionResult> {
  return whenReachable({ context }, async (): Promise<EndSessionResult> => {
    const now = context.now();
    const found = (await context.sessions.list(now)).find((session) => session.id === id);
    if (found === undefined || !isTheirs(found.by, caller)) return { kind: "notFound" };
    await context.sessions.end(id);
    const act = found.by === caller.name ? "log out" : "end a session";
    const note = found.by === caller.name ? null : `of ${found.by}`;
    await writeAct({ caller, at: now, act, note }, context);
    return { kind: "ended" };
  });
}

type LinkResult = { readonly kind: "made"; readonly token: string; readonly expiresAt: string } | Unavailable;

/** Makes a link that opens one session in the caller's name. */
export async function makeLink(
  { caller }: { readonly caller: Caller },
  context: SessionsContext,
): Promise<LinkResult> {
  return whenReachable({ context }, async (): Promise<LinkResult> => {
    const now = context.now();
    const token = randomBytes(32).toString("base64url");
    await writeAct({ caller, at: now, act: "make a login link" }, context);
    await context.sessions.addLink(digestOfSecret(token), caller.name);
    return { kind: "made", token, expiresAt: new Date(now + LINK_LASTS_MS).toISOString() };
  });
}

export function digestOfSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function isTheirs(by: string, { name, role }: Caller): boolean {
  return by === name || role === "admin";
}
