/**
 * Retires an account that has left the configuration, when a person says that its deliveries no longer matter.
 * With `force`, unfinished deliveries end at once; without it, the account is not retired while there are any.
 */
import type { AccountHealth } from "./account-health.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import type { LeftAccount } from "./left-account.ts";
import {
  withAccount,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";

interface RetireInput {
  readonly caller: Caller;
  readonly account: string;
  readonly note: string;
  readonly force: boolean;
}

interface RetiredView {
  readonly account: string;
  /** How many deliveries this has ended. */
  readonly ended: number;
  /** How many must still be ended: a worker does that within a minute. */
  readonly remaining: number;
}

export type RetireResult =
  | ({ readonly kind: "retired" } & RetiredView)
  | { readonly kind: "stillConfigured"; readonly account: string; readonly by: "this" | "worker" }
  | { readonly kind: "unfinished"; readonly account: string; readonly count: number }
  | UnknownAccount
  | Unavailable;

/** At most this many are ended in one request; the rest is left to the workers. */
const MOST_AT_ONCE = 10_000;

export async function retireAccount(input: RetireInput, context: OperationsContext): Promise<RetireResult> {
  const { caller, account: name } = input;
  return withAccount({ caller, name, context, patience: "long" }, async (account): Promise<RetireResult> => {
    if (account.left === null) return { kind: "stillConfigured", account: name, by: "this" };
    return retireLeft(input, { account, left: account.left, context });
  });
}

async function retireLeft(
  { caller, account: name, note, force }: RetireInput,
  {
    account,
    left,
    context,
  }: { readonly account: OperationsAccount; readonly left: LeftAccount; readonly context: OperationsContext },
): Promise<RetireResult> {
  if ((await left.read()).isServed) return { kind: "stillConfigured", account: name, by: "worker" };
  const count = unfinishedIn(await account.health.read());
  if (count > 0 && !force) return { kind: "unfinished", account: name, count };
  const by = { by: caller.name, note };
  const act = force ? "retire (force)" : "retire";
  await writeAct({ caller, act, account: name, note }, context);
  await left.retire(by);
  const ended = count > 0 ? await left.endSome(by, MOST_AT_ONCE) : 0;
  const health = await account.health.read();
  if (isEmpty(health)) await left.forget();
  return { kind: "retired", account: name, ended, remaining: unfinishedIn(health) };
}

function unfinishedIn({ counts }: AccountHealth): number {
  return counts.queued + counts.sending + counts.retrying + counts.confirming;
}

/** Whether the account has no records left. */
export function isEmpty({ counts }: AccountHealth): boolean {
  return Object.values(counts).every((count) => count === 0);
}
