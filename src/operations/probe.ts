/**
 * Tries an account's credentials now, with calls that change nothing, and ends a hold if the platform accepts them.
 */
import type { Credentials } from "../platforms/channel.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { askChannel } from "./ask-channel.ts";
import { readAccount, type AccountView } from "./accounts.ts";
import { withAccount, type OperationsContext, type Unavailable, type UnknownAccount } from "./context.ts";

interface ProbedChannel {
  readonly channel: string;
  /** `untold`: the platform could not be asked, or its answer does not say. */
  readonly credentials: Credentials;
}

type ProbeResult =
  | {
      readonly kind: "probed";
      readonly channels: readonly ProbedChannel[];
      /** The account was held, and no longer is. */
      readonly released: boolean;
      readonly account: AccountView;
    }
  | { readonly kind: "notAsked"; readonly detail: string }
  | UnknownAccount
  | Unavailable;

const ASK_WITHIN_MS = 20_000;

export async function probeAccount(
  {
    caller,
    account: name,
    note,
  }: { readonly caller: Caller; readonly account: string; readonly note: string | null },
  context: OperationsContext,
): Promise<ProbeResult> {
  return withAccount({ caller, name, context, patience: "long" }, async (account): Promise<ProbeResult> => {
    const reach = account.reach?.() ?? null;
    if (reach === null)
      return { kind: "notAsked", detail: "this process has no connection to the account's platform" };
    await writeAct({ caller, act: "probe", account: name, note }, context);
    // An account that is used only for todos does not count as refused because it has no secret for schedules.
    const usable = reach.channels.filter(({ lacks }) => lacks === undefined);
    const channels = await Promise.all(
      usable.map(async (channel) => {
        const asked = await askChannel(ASK_WITHIN_MS, async (signal) =>
          channel.tryCredentials(reach.account, { now: context.now(), signal }),
        );
        if (asked.kind === "threw")
          context.onBug({ where: "a probe", account: name, id: null, error: asked.error });
        return {
          channel: channel.name,
          credentials: asked.kind === "answered" ? asked.value : ("untold" as const),
        };
      }),
    );
    const areTaken = channels.every(({ credentials }) => credentials === "taken");
    const released = areTaken && (await account.endHold("held"));
    if (released) await account.wakeup.ring().catch(context.onWakeupFailed);
    return { kind: "probed", channels, released, account: await readAccount(account, context) };
  });
}

type ReleaseResult =
  | { readonly kind: "released"; readonly account: AccountView }
  | { readonly kind: "notHeld"; readonly account: AccountView }
  | UnknownAccount
  | Unavailable;

/** Ends a hold or closes an open breaker without asking the platform: the next call shows whether that was right. */
export async function releaseAccount(
  {
    caller,
    account: name,
    note,
  }: { readonly caller: Caller; readonly account: string; readonly note: string },
  context: OperationsContext,
): Promise<ReleaseResult> {
  return withAccount({ caller, name, context }, async (account): Promise<ReleaseResult> => {
    await writeAct({ caller, act: "clear a hold", account: name, note }, context);
    const released = await account.endHold("any");
    if (released) await account.wakeup.ring().catch(context.onWakeupFailed);
    return { kind: released ? "released" : "notHeld", account: await readAccount(account, context) };
  });
}
