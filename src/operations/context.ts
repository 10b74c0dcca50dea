/**
 * What the operations need. `app/` assembles it, for the HTTP API and for the command line.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { Channel } from "../platforms/channel.ts";
import type { SaveResult } from "../delivery/decision.ts";
import type { Policy } from "../delivery/policy.ts";
import type { DeliveryRequest, Receipt } from "../delivery/record.ts";
import type { AccountDetailReader } from "./account-journal.ts";
import type { AccountWorkReader } from "./account-work.ts";
import type { HealthReader, Pause } from "./account-health.ts";
import type { Actions } from "./bulk-action.ts";
import { mayAccess, type Caller } from "./caller.ts";
import { inTime } from "../waiting/waiting.ts";
import type { Counters } from "./counters.ts";
import type { LeftAccount } from "./left-account.ts";
import type { GroupMarks } from "./group-marks.ts";
import type { RefusedOrders } from "./refused-orders.ts";
import type { WorkerRegistry } from "./workers.ts";
import type { Audit, Changes, DeliveryLists, Wakeup } from "./ports.ts";
import { isWrongType, whyUnavailable } from "./why-unavailable.ts";

/** One account, as operations see it. */
export interface OperationsAccount {
  readonly name: string;
  readonly platform: string;
  /** False for an account that has left the configuration: it can be read, but nothing is sent. */
  readonly isConfigured: boolean;
  /** What can be done with an account that has left the configuration; null for a configured one. */
  readonly left: LeftAccount | null;
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  readonly concurrency: number;
  /** Calls a second, by rate bucket. */
  readonly rates: Readonly<Record<string, number>>;
  readonly lists: DeliveryLists;
  readonly counters: Counters;
  readonly changes: Changes;
  readonly wakeup: Wakeup;
  readonly health: HealthReader;
  /** Access to its platform for a person's request; null where this process has none. */
  readonly reach: (() => PlatformReach | null) | null;
  readonly groupMarks: GroupMarks;
  /** Its recent troubles. */
  readonly detail: AccountDetailReader;
  /** What its workers are doing. */
  readonly work: AccountWorkReader;
  /** How many check calls one entity may have in one window; null for an account that is not configured. */
  readonly checkBudget: { readonly calls: number; readonly windowMs: number } | null;
  /** Pauses the account; null resumes it. */
  readonly pause: (pause: Pause | null) => Promise<void>;
  /** Ends a hold, or with `any` also closes an open breaker; false if there was neither. */
  readonly endHold: (what: "held" | "any") => Promise<boolean>;
}

/**
 * Access to an account's platform for a person's request, with the same limits, tokens and breaker as the
 * workers. `app/` provides it where the process has the account's secrets.
 */
export interface PlatformReach {
  readonly account: AccountAccess;
  /** Its errors contain no secret. */
  readonly channels: readonly Channel[];
  /** The receipt of the delivery with this key; null if none is known. */
  readonly receiptOf: (keyHash: string) => Promise<Receipt | null>;
}

export interface OperationsContext {
  readonly accounts: ReadonlyMap<string, OperationsAccount>;
  readonly audit: Audit;
  readonly actions: Actions;
  /** Orders that the intake refused. */
  readonly refusedOrders: RefusedOrders;
  /** The running processes. */
  readonly workers: WorkerRegistry;
  /** The trace of a delivery, and the URL that shows it; null where no traces are kept. */
  readonly traceOf: (
    delivery: DeliveryRequest,
  ) => { readonly id: string; readonly url: string | null } | null;
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  /** Resolves when Redis' clock is known; rejects when Redis is away. */
  readonly ready: () => Promise<void>;
  /** Whether this error means that Redis is away, rather than a bug. */
  readonly isAway: (error: unknown) => boolean;
  /** Called when no worker could be woken. Each worker looks by itself within a second. */
  readonly onWakeupFailed: (error: unknown) => void;
  /** Called when one item failed because of a bug in Bida or in a channel: it stays as it is, and the others go on. */
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

/** No request waits longer than this for a Redis that does not answer (ARCHITECTURE section 5). */
const PATIENCE_MS = 1_900;

/**
 * Runs `act`, and returns `unavailable` where Redis is away. With patience `long`, `act` has no time limit once
 * Redis has answered: it may read a thousand records.
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
    if (!context.isAway(error) && !isWrongType(error)) throw error;
    return { kind: "unavailable", detail: whyUnavailable(error) };
  }
}

/** Returned also when the answer comes too late: then the result is unknown, as after any lost answer. */
const AWAY: Unavailable = { kind: "unavailable", detail: "Redis does not answer" };

export interface UnknownAccount {
  readonly kind: "unknownAccount";
  readonly account: string;
}

/** Does something with one account, where Redis answers and the caller may access it. */
export async function withAccount<T>(
  {
    caller,
    name,
    context,
    patience = "short",
  }: {
    readonly caller: Caller;
    readonly name: string;
    readonly context: OperationsContext;
    readonly patience?: "short" | "long";
  },
  act: (account: OperationsAccount) => Promise<T>,
): Promise<T | UnknownAccount | Unavailable> {
  return whenReachable({ context, patience }, async (): Promise<T | UnknownAccount> => {
    const [account] = accountsFor(caller, { named: name, context }) ?? [];
    return account === undefined ? { kind: "unknownAccount", account: name } : act(account);
  });
}

/** Reads from the accounts that a caller may access, or from the one of them that it names. */
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

/**
 * Wakes a worker for what a person's act made due. A lost ring costs at most a second, because every worker
 * looks by itself.
 */
export async function wakePromoted(
  change: SaveResult,
  {
    account: { wakeup },
    context: { onWakeupFailed },
  }: { readonly account: OperationsAccount; readonly context: OperationsContext },
): Promise<void> {
  if (change.kind === "saved" && change.rings) await wakeup.ring().catch(onWakeupFailed);
}
