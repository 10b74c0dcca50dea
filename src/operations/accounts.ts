/**
 * Lists the accounts and their health; pauses and resumes them. Never shows the value of a token or a secret.
 */
import { isoMoment } from "./moment.ts";
import type { SeenHealth } from "./account-health.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import type { FieldError } from "./field-errors.ts";
import {
  accountsFor,
  whenReachable,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
  withAccount,
} from "./context.ts";

type AccountsResult = { readonly kind: "accounts"; readonly items: readonly AccountView[] } | Unavailable;

export async function listAccounts(
  { caller }: { readonly caller: Caller },
  context: OperationsContext,
): Promise<AccountsResult> {
  return whenReachable({ context }, async (): Promise<AccountsResult> => {
    const chosen = accountsFor(caller, { named: undefined, context }) ?? [];
    const items = await Promise.all(chosen.map(async (account) => readAccount(account, context)));
    return { kind: "accounts", items };
  });
}

export type PauseResult =
  | { readonly kind: "paused" | "resumed"; readonly account: AccountView }
  | UnknownAccount
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | Unavailable;

/** Pauses or resumes an account. A paused account makes no calls to its platform, but goes on accepting deliveries. */
export async function setPaused(
  input: {
    readonly caller: Caller;
    readonly account: string;
    readonly paused: boolean;
    /** When it resumes by itself; null if somebody must resume it. */
    readonly until?: number | null;
    readonly note: string | null;
  },
  context: OperationsContext,
): Promise<PauseResult> {
  const { caller, account: name, paused, until = null, note } = input;
  return withAccount({ caller, name, context }, async (account): Promise<PauseResult> => {
    const at = context.now();
    if (until !== null && until <= at) return ENDED_ALREADY;
    const act = paused ? "pause" : "resume";
    const by = caller.name;
    await writeAct({ caller, at, act, account: name, note: withEnd(note, until) }, context);
    await account.pause(paused ? { by, note, since: at, until } : null);
    return { kind: paused ? "paused" : "resumed", account: await readAccount(account, context) };
  });
}

const ENDED_ALREADY: PauseResult = {
  kind: "invalid",
  errors: [{ pointer: "/until", detail: "expected a moment that is to come" }],
};

/** The note of the audit entry, with the planned end of the pause. */
function withEnd(note: string | null, until: number | null): string | null {
  if (until === null) return note;
  return [note, `until ${new Date(until).toISOString()}`].filter((words) => words !== null).join("; ");
}

export async function readAccount(
  account: OperationsAccount,
  context: OperationsContext,
): Promise<AccountView> {
  const [health, left] = await Promise.all([account.health.look(), account.left?.read() ?? null]);
  return accountView(account, { health, isRetired: left?.retired != null, now: context.now() });
}

function accountView(
  { name, platform, isConfigured, rates, concurrency }: OperationsAccount,
  {
    health,
    isRetired,
    now,
  }: { readonly health: SeenHealth; readonly isRetired: boolean; readonly now: number },
) {
  const { counts, oldestAt, breaker, tokens, pause } = health;
  return {
    name,
    platform,
    configured: isConfigured,
    retired: isRetired,
    paused: pause !== null,
    pause:
      pause === null
        ? null
        : { ...pause, since: isoMoment(pause.since) ?? "", until: isoMoment(pause.until) },
    /** Deliveries that are acknowledged and have not ended. */
    backlog: counts.queued + counts.sending + counts.retrying + counts.confirming,
    counts,
    oldestAt: isoMoment(oldestAt),
    oldestAgeMs: oldestAt === null ? null : Math.max(0, now - oldestAt),
    breaker: { state: breaker.state, until: isoMoment(breaker.until), of: breaker.of },
    tokens: tokens.map(({ scope, fetchedAt }) => ({
      scope,
      present: fetchedAt !== null,
      ageMs: fetchedAt === null ? null : Math.max(0, now - fetchedAt),
    })),
    rates,
    concurrency,
    brokenKeys: health.brokenKeys,
  };
}

export type AccountView = ReturnType<typeof accountView>;
