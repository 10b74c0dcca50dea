/**
 * Runs bulk actions round by round: each round acts on as many dead letters as the rate allows in one second,
 * and says when the next round is due. If a process dies, another one repeats its round; acting on a dead
 * letter twice has no effect, because after the first time it is no longer dead.
 */
import { isEnded } from "../delivery/record.ts";
import type { ActionLease, BulkAction, FailedItem } from "./bulk-action.ts";
import type { Caller } from "./caller.ts";
import { paginateDeadLetters } from "./dead-letters.ts";
import { fitsFilter, sayingsOf } from "./dead-letter-filter.ts";
import { discardOne } from "./discard.ts";
import { editedOne, inWords } from "./edit-many.ts";
import { forgetOne } from "./forget.ts";
import { asItIs, replayOne } from "./replay.ts";
import { MOST_LOOKED, paginateLists, type FoundDelivery } from "./paginate-lists.ts";
import { accountsFor, type OperationsContext } from "./context.ts";
import { sourcesToForget } from "./bulk.ts";
import { verifyOne, type VerifyOneResult } from "./verify.ts";

/** A round takes seconds; if it takes longer than this, another process takes it over. */
export const ACTION_LEASE_MS = 30_000;
const AT_ONCE = 25;
/** For `verify`, where each item is a call to the platform. */
const QUESTIONS_AT_ONCE = 5;
/** The most calls of a round: even if none is answered, the round must end within its lease. */
const MOST_QUESTIONS = QUESTIONS_AT_ONCE;

export async function runActionRound({ leased }: ActionLease, context: OperationsContext): Promise<void> {
  if (leased === null) return;
  const { action, version } = leased;
  const startedAt = context.now();
  const { action: after, acted, failed } = await advance(action, context);
  if (failed.length > 0) await context.actions.addFailed(action.id, failed);
  const nextAt = startedAt + (acted / action.ratePerSecond) * 1_000;
  const saved = await context.actions.save(after, {
    version,
    nextAt: after.status === "running" ? nextAt : null,
  });
  if (!saved) await keepCounts(after, context);
  else if (after.status === "done") await writeEnd(after, context);
}

/** Writes the audit entry of the end, which knows how many matched. */
async function writeEnd(
  { kind, dryRun, by, id, filter, note, done, matched }: BulkAction,
  context: OperationsContext,
) {
  if (dryRun) return;
  const act = `${kind} in bulk, done`;
  const account = filter.account ?? null;
  await context.audit.write({ at: context.now(), by, act, account, id, note, count: done, matched });
}

interface Advanced {
  readonly action: BulkAction;
  readonly acted: number;
  readonly failed: readonly FailedItem[];
}

async function advance(action: BulkAction, context: OperationsContext): Promise<Advanced> {
  const caller: Caller = { name: action.by, role: "operator", accounts: action.accounts };
  const { found, looked, after, isOver } = await stretchOf(action, { most: mostOf(action), caller, context });
  const fates = await fatesOf(found, { action, caller, context });
  const count = (kind: Fate["kind"]): number => fates.filter((fate) => fate.kind === kind).length;
  const walked: BulkAction = {
    ...action,
    after,
    looked: action.looked + looked,
    matched: action.matched + found.length,
    done: action.done + count("done"),
    skipped: action.skipped + count("skipped"),
    failed: action.failed + count("failed"),
  };
  const failed = fates.flatMap((fate) => (fate.kind === "failed" ? [fate.item] : []));
  const acted = action.dryRun ? 0 : fates.length;
  if (!isOver) return { action: walked, acted, failed };
  const ended: BulkAction = {
    ...walked,
    status: "done",
    finishedAt: context.now(),
    filter: endFilter(action),
  };
  return { action: ended, acted, failed };
}

/** The entry about erasing a person's data must not name that person. */
function endFilter({ kind, filter }: BulkAction): BulkAction["filter"] {
  return kind === "forget" ? { ...filter, recipient: "(erased)" } : filter;
}

function mostOf({ kind, dryRun, ratePerSecond }: BulkAction): number {
  if (dryRun) return MOST_LOOKED;
  return Math.min(kind === "verify" ? MOST_QUESTIONS : MOST_LOOKED, Math.ceil(ratePerSecond));
}

interface Stretch {
  readonly found: readonly FoundDelivery[];
  readonly looked: number;
  readonly after: BulkAction["after"];
  readonly isOver: boolean;
}

async function stretchOf(
  action: BulkAction,
  {
    most,
    caller,
    context,
  }: { readonly most: number; readonly caller: Caller; readonly context: OperationsContext },
): Promise<Stretch> {
  if (action.repeats !== null)
    return failedStretch({ id: action.repeats, from: action.looked, most }, { caller, context });
  const chosen = accountsFor(caller, { named: action.filter.account, context }) ?? [];
  const from = { stage: 0, place: action.after };
  const { filter } = action;
  const { found, looked, next } =
    action.kind === "forget"
      ? await paginateLists({
          stages: [sourcesToForget(chosen, filter)],
          range: { since: null, until: null },
          from,
          fits: (stored) => fitsFilter(stored, filter),
          sayings: sayingsOf(filter),
          most,
        })
      : await paginateDeadLetters(chosen, { filter, from, most });
  return { found, looked, after: next?.place ?? null, isOver: next === null };
}

/** Reads items that failed in another action and are still dead letters. */
async function failedStretch(
  { id, from, most }: { readonly id: string; readonly from: number; readonly most: number },
  { caller, context }: { readonly caller: Caller; readonly context: OperationsContext },
): Promise<Stretch> {
  const items = await context.actions.failed(id, { from, most });
  const each = await Promise.all(
    items.map(async (item): Promise<FoundDelivery[]> => {
      const [account] = accountsFor(caller, { named: item.account, context }) ?? [];
      const stored = (await account?.lists.read([item.id]))?.[0] ?? null;
      if (account === undefined || stored === null || stored === "unreadable") return [];
      return stored.delivery.state.status === "dead" ? [{ account, stored }] : [];
    }),
  );
  return { found: each.flat(), looked: items.length, after: null, isOver: items.length < most };
}

/** One step of an action, on behalf of the person who started it. */
interface Acting {
  readonly action: BulkAction;
  readonly caller: Caller;
  readonly context: OperationsContext;
}

/** A dry run of an edit checks whether each payload would validate; for other kinds it only counts. */
async function fatesOf(found: readonly FoundDelivery[], acting: Acting): Promise<Fate[]> {
  const { dryRun, kind } = acting.action;
  return dryRun && kind !== "edit" ? [] : actOnAll(found, acting);
}

/** `would`: what a dry run would have acted on. */
type Fate =
  { readonly kind: "done" | "skipped" | "would" } | { readonly kind: "failed"; readonly item: FailedItem };

async function actOnAll(
  found: readonly FoundDelivery[],
  { action, caller, context }: Acting,
): Promise<Fate[]> {
  const fates: Fate[] = [];
  const atOnce = action.kind === "verify" ? QUESTIONS_AT_ONCE : AT_ONCE;
  for (let at = 0; at < found.length; at += atOnce) {
    const some = found.slice(at, at + atOnce);
    fates.push(
      ...(await Promise.all(some.map((one) => fateOf(one, { order: { action, caller }, context })))),
    );
  }
  return fates;
}

/** A bug on one item fails that item alone; where Redis is away the whole round is repeated. */
async function fateOf(
  found: FoundDelivery,
  {
    order,
    context,
  }: {
    readonly order: { readonly action: BulkAction; readonly caller: Caller };
    readonly context: OperationsContext;
  },
): Promise<Fate> {
  try {
    return await actOn(found, { order, context });
  } catch (error) {
    if (context.isAway(error)) throw error;
    const { account, stored } = found;
    context.onBug({ where: "a bulk action", account: account.name, id: stored.delivery.request.id, error });
    return failed(found, "it failed inside Bida; see the log");
  }
}

async function actOn(
  found: FoundDelivery,
  {
    order: {
      action: { id: action, kind, note, edit, dryRun },
      caller,
    },
    context,
  }: {
    readonly order: { readonly action: BulkAction; readonly caller: Caller };
    readonly context: OperationsContext;
  },
): Promise<Fate> {
  const { account, stored } = found;
  const { delivery } = stored;
  switch (kind) {
    case "replay": {
      const { payload } = await account.lists.payloads(delivery.request.id);
      const asIs = asItIs(delivery, { payload, account });
      if (asIs.kind === "invalid") return failed(found, inWords(asIs.errors));
      const { kind } = await replayOne(
        { delivery, account },
        { order: { caller, note, edit: null, action }, context },
      );
      return { kind: kind === "replayed" ? "done" : "skipped" };
    }
    case "edit": {
      if (edit === null) return failed(found, "the order names no field");
      const edited = await editedOne(found, edit);
      if (edited.kind === "refused") return failed(found, edited.detail);
      if (dryRun) return { kind: "would" };
      const order = { caller, note, edit: edited.edit, action };
      const { kind } = await replayOne({ delivery, account }, { order, context });
      return { kind: kind === "replayed" ? "done" : "skipped" };
    }
    case "discard": {
      const { kind } = await discardOne({ delivery, account }, { order: { caller, note }, context });
      return { kind: kind === "discarded" ? "done" : "skipped" };
    }
    case "verify":
      return verifiedFate(
        found,
        await verifyOne(
          { delivery, account },
          { order: { caller, note, receipt: null, takesAltered: false }, context },
        ),
      );
    case "forget": {
      if (!isEnded(delivery.state.status) || stored.isBeingSent)
        return failed(found, `it has not ended yet: it is ${delivery.state.status}`);
      return {
        kind: (await forgetOne({ delivery, account }, { order: { caller, note }, context }))
          ? "done"
          : "skipped",
      };
    }
  }
}

function verifiedFate(found: FoundDelivery, result: VerifyOneResult): Fate {
  switch (result.kind) {
    case "verified": {
      if (result.verdict === "there") return { kind: "done" };
      const details = result.recipients.map(({ seen, detail }) => detail ?? seen);
      return failed(found, `${result.verdict}: ${[...new Set(details)].slice(0, 3).join("; ")}`);
    }
    case "notAsked":
    case "invalidReceipt":
      return failed(found, result.detail);
    case "claimed":
    case "conflict":
    case "notFound":
      return { kind: "skipped" };
  }
}

function failed({ account, stored }: FoundDelivery, detail: string): Fate {
  const { id, key } = stored.delivery.request;
  return { kind: "failed", item: { id, account: account.name, key, detail: detail.slice(0, 500) } };
}

/** The action was cancelled while this round ran: what the round did is counted all the same. */
async function keepCounts(after: BulkAction, { actions }: OperationsContext): Promise<void> {
  const current = await actions.get(after.id);
  if (current?.action.status !== "cancelled") return;
  const { looked, matched, done, skipped, failed } = after;
  const counted = { ...current.action, looked, matched, done, skipped, failed };
  await actions.save(counted, { version: current.version, nextAt: null });
}
