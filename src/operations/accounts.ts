/**
 * How the accounts are doing, and pausing and resuming them. Never the value of a token or a secret.
 */
import { toldMoment } from "../delivery/told-moment.ts";
import type { AccountHealth } from "./account-health.ts";
import type { Caller } from "./caller.ts";
import {
  desksFor,
  whenReachable,
  type AccountDesk,
  type OperationsWorld,
  type Unavailable,
} from "./world.ts";

export type AccountsResult =
  { readonly kind: "accounts"; readonly items: readonly AccountView[] } | Unavailable;

export async function listAccounts(
  { caller }: { readonly caller: Caller },
  world: OperationsWorld,
): Promise<AccountsResult> {
  return whenReachable(world, async (): Promise<AccountsResult> => {
    const desks = desksFor(caller, undefined, world) ?? [];
    const items = await Promise.all(desks.map(async (desk) => readAccount(desk, world)));
    return { kind: "accounts", items };
  });
}

export type PauseResult =
  | { readonly kind: "paused" | "resumed"; readonly account: AccountView }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

/** A paused account sends nothing and asks nothing; it goes on accepting deliveries. */
export async function setPaused(
  input: {
    readonly caller: Caller;
    readonly account: string;
    readonly paused: boolean;
    readonly note: string | null;
  },
  world: OperationsWorld,
): Promise<PauseResult> {
  return whenReachable(world, async (): Promise<PauseResult> => {
    const { caller, account, paused, note } = input;
    const [desk] = desksFor(caller, account, world) ?? [];
    if (desk === undefined) return { kind: "unknownAccount", account };
    const act = paused ? "pause" : "resume";
    await world.audit.write({ at: world.now(), by: caller.name, act, account, id: null, note });
    await desk.pause(paused);
    return { kind: paused ? "paused" : "resumed", account: await readAccount(desk, world) };
  });
}

async function readAccount(desk: AccountDesk, world: OperationsWorld): Promise<AccountView> {
  const [health, left] = await Promise.all([desk.health.read(), desk.left?.read() ?? null]);
  return accountView(desk, { health, isRetired: left?.retired != null }, world.now());
}

function accountView(
  { name, platform, isConfigured, rates, concurrency }: AccountDesk,
  { health, isRetired }: { readonly health: AccountHealth; readonly isRetired: boolean },
  now: number,
) {
  const { counts, oldestAt, breaker, tokens, isPaused } = health;
  return {
    name,
    platform,
    configured: isConfigured,
    retired: isRetired,
    paused: isPaused,
    /** Acknowledged, and not yet proven or ended. */
    backlog: counts.queued + counts.sending + counts.retrying + counts.confirming,
    counts,
    oldestAt: toldMoment(oldestAt),
    oldestAgeMs: oldestAt === null ? null : Math.max(0, now - oldestAt),
    breaker: { state: breaker.state, until: toldMoment(breaker.until) },
    tokens: tokens.map(({ scope, fetchedAt }) => ({
      scope,
      present: fetchedAt !== null,
      ageMs: fetchedAt === null ? null : Math.max(0, now - fetchedAt),
    })),
    rates,
    concurrency,
  };
}

export type AccountView = ReturnType<typeof accountView>;
