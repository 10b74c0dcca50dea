/**
 * What the operations work on. `app/` plugs it together, for the HTTP door and for the command line.
 */
import type { Channel } from "../platforms/channel.ts";
import type { Policy } from "../delivery/policy.ts";
import type { DeliveryRequest } from "../delivery/record.ts";
import type { AccountDetailReader } from "./account-journal.ts";
import type { AccountWorkReader } from "./account-work.ts";
import type { HealthReader, Pause } from "./account-health.ts";
import type { Actions } from "./bulk-action.ts";
import { mayAccess, type Caller } from "./caller.ts";
import { inTime } from "../waiting/in-time.ts";
import type { Counters } from "./counters.ts";
import type { LeftAccount } from "./left-account.ts";
import type { GroupMarks } from "./group-marks.ts";
import type { PlatformReach } from "./platform-reach.ts";
import type { RefusedOrders } from "./refused-orders.ts";
import type { WorkerRegistry } from "./workers.ts";
import type { Audit, Changes, DeliveryLists, Wakeup } from "./ports.ts";

/** One account, as operations see it. */
export interface OperationsAccount {
  readonly name: string;
  readonly platform: string;
  /** False for an account that has left the configuration: it can be looked at, and nothing is sent. */
  readonly isConfigured: boolean;
  /** Null for an account that is configured. */
  readonly left: LeftAccount | null;
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  readonly concurrency: number;
  /** Calls a second, by bucket. */
  readonly rates: Readonly<Record<string, number>>;
  readonly lists: DeliveryLists;
  readonly counters: Counters;
  readonly changes: Changes;
  readonly wakeup: Wakeup;
  readonly health: HealthReader;
  /** The way to its platform, for what a person asks now; null where there is none. */
  readonly reach: (() => PlatformReach | null) | null;
  readonly groupMarks: GroupMarks;
  /** What has lately gone wrong with it. */
  readonly detail: AccountDetailReader;
  /** What workers hold of it. */
  readonly work: AccountWorkReader;
  /** Check calls about one entity in one window; null where nothing is asked. */
  readonly checkBudget: { readonly calls: number; readonly windowMs: number } | null;
  /** Null ends a pause. */
  readonly pause: (pause: Pause | null) => Promise<void>;
  /** Ends a hold, or with `any` an open breaker too; false if there was none. */
  readonly endHold: (what: "held" | "any") => Promise<boolean>;
}

export interface OperationsContext {
  readonly accounts: ReadonlyMap<string, OperationsAccount>;
  readonly audit: Audit;
  readonly actions: Actions;
  /** Orders that the intake refused. */
  readonly refusedOrders: RefusedOrders;
  /** The processes that run. */
  readonly workers: WorkerRegistry;
  /** The trace of a delivery, and where people look at it; null where none is kept. */
  readonly traceOf: (
    delivery: DeliveryRequest,
  ) => { readonly id: string; readonly url: string | null } | null;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  /** Resolves when Redis' clock is known; rejects when Redis is away. */
  readonly ready: () => Promise<void>;
  /** Whether this error means that Redis is away, and not that there is a bug here. */
  readonly isAway: (error: unknown) => boolean;
  /** No worker could be woken: each looks by itself within a second. */
  readonly onWakeupFailed: (error: unknown) => void;
  /** One item failed inside Bida, or in a channel: it stays as it is, and the others go on. */
  readonly onBug: (bug: Bug) => void;
}

interface Bug {
  /** What failed: "a bulk action". */
  readonly where: string;
  readonly account: string;
  /** The delivery; null where it is about the account. */
  readonly id: string | null;
  readonly error: unknown;
}

export interface Unavailable {
  readonly kind: "unavailable";
  readonly detail: string;
}

/** Nobody waits longer than this for a Redis that does not answer (ARCHITECTURE section 5). */
const PATIENCE_MS = 1_900;

/**
 * A Redis that is away is an answer like any other. What reads a thousand records may take its time once
 * Redis has shown that it is there: `long`.
 */
export async function whenReachable<T>(
  {
    context,
    patience = "short",
  }: { readonly context: OperationsContext; readonly patience?: "short" | "long" },
  act: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    const ready = context.ready();
    if (patience === "short") return await inTime(ready.then(act), { ms: PATIENCE_MS, late: AWAY });
    const late = await inTime(ready, { ms: PATIENCE_MS, late: AWAY });
    return late ?? (await act());
  } catch (error) {
    if (!context.isAway(error)) throw error;
    return AWAY;
  }
}

/** Also for an answer that comes too late: then the result is unknown, as with any lost answer. */
const AWAY: Unavailable = { kind: "unavailable", detail: "Redis does not answer" };

export interface UnknownAccount {
  readonly kind: "unknownAccount";
  readonly account: string;
}

/** Reads in the accounts that a caller may access, or in the one of them that it names. */
export async function overAccounts<T>(
  {
    caller,
    account,
    context,
  }: { readonly caller: Caller; readonly account: string | undefined; readonly context: OperationsContext },
  read: (chosen: readonly OperationsAccount[]) => Promise<T>,
): Promise<T | UnknownAccount | Unavailable> {
  return whenReachable({ context, patience: "long" }, async (): Promise<T | UnknownAccount> => {
    const chosen = accountsFor(caller, { named: account, context });
    return chosen === null ? { kind: "unknownAccount", account: account ?? "" } : read(chosen);
  });
}

/** The accounts that a caller may access, or the one of them that it asks for; null if it may not see that. */
export function accountsFor(
  caller: Caller,
  {
    named,
    context: { accounts },
  }: { readonly named: string | undefined; readonly context: OperationsContext },
): OperationsAccount[] | null {
  if (named === undefined) return [...accounts.values()].filter(({ name }) => mayAccess(caller, name));
  const account = accounts.get(named);
  return account !== undefined && mayAccess(caller, named) ? [account] : null;
}
