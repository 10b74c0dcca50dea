/**
 * Shows one account with its recent troubles: its latest errors, the changes of its breaker, and how long its
 * rates make a call wait.
 */
import { isoMoment } from "./moment.ts";
import type { Caller } from "./caller.ts";
import { readAccount, type AccountView } from "./accounts.ts";
import type { AccountDetail } from "./account-journal.ts";
import { withAccount, type OperationsContext, type Unavailable, type UnknownAccount } from "./context.ts";

type AccountDetailResult =
  { readonly kind: "account"; readonly account: AccountDetailView } | UnknownAccount | Unavailable;

export async function showAccount(
  { caller, account: name }: { readonly caller: Caller; readonly account: string },
  context: OperationsContext,
): Promise<AccountDetailResult> {
  return withAccount({ caller, name, context }, async (account): Promise<AccountDetailResult> => {
    const [state, detail] = await Promise.all([readAccount(account, context), account.detail.read()]);
    return {
      kind: "account",
      account: { ...state, ...detailView(detail, context.now()), checkBudget: account.checkBudget },
    };
  });
}

function detailView({ errors, breaker, waitMs, tokenLastsMs, mirrors }: AccountDetail, now: number) {
  return {
    errors: errors.map(({ at, ...told }) => ({ at: isoMoment(at), ...told })),
    breakerChanges: breaker.map(({ at, state, until, of }) => ({
      at: isoMoment(at),
      state,
      of,
      until: isoMoment(until),
    })),
    waitMs,
    tokenLastsMs,
    mirrors: mirrors.map(({ to, until, unmapped }) => ({
      to,
      until: isoMoment(until),
      lagMs: until === null ? null : Math.max(0, Math.round(now - until)),
      unmapped,
    })),
  };
}

type AccountDetailView = AccountView &
  ReturnType<typeof detailView> & {
    readonly checkBudget: { readonly calls: number; readonly windowMs: number } | null;
  };
