/**
 * Checks schedules: looks up all schedules of a round, then judges each delivery.
 */
import { EVERYBODY, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../delivery/outcome.ts";
import type { Receipt } from "../../../delivery/record.ts";
import type { AccountAccess } from "../../account-access.ts";
import { lagOf, type CheckRequest } from "../../channel.ts";
import { firstContents } from "./first-content.ts";
import { isGone, lookUp } from "./lookup.ts";
import type { ScheduleInput } from "./input.ts";
import {
  judgeChanged,
  judgeCreated,
  judgeDeleted,
  judgePart,
  type Judgement,
  type ScheduleSighting,
} from "./judge.ts";
import type { Lists } from "./lists.ts";
import { seriesReceipt } from "./operations.ts";
import { planLookup, type LookupPlan } from "./lookup-plan.ts";

export async function checkSchedules(
  batch: readonly CheckRequest<ScheduleInput>[],
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<readonly CheckOutcome[]> {
  const [first] = batch;
  if (first === undefined) return [];
  const plans = batch.map(planLookup);
  const lists = await lookUp(plans, {
    account,
    round: {
      now: first.now,
      visibilityLagMs: first.visibilityLagMs,
      signal,
    },
  });
  const contents = await firstContents(plans, account);
  // A list that only one delivery needs counts as its call; a shared list counts for none.
  const listCalls = plans.length === 1 ? lists.calls : 0;
  return plans.map((plan) => outcomeOf(plan, { found: { lists, contents }, calls: plan.calls + listCalls }));
}

/** What a round has found for all its deliveries. */
interface Found {
  readonly lists: Lists;
  /** The content with which this account created schedules, by workId. */
  readonly contents: ReadonlyMap<string, string>;
}

function outcomeOf(
  plan: LookupPlan,
  { found, calls }: { readonly found: Found; readonly calls: number },
): CheckOutcome {
  const { trouble, request } = plan;
  const checks = request.outstanding.map((entry) => checkOf(entry, { plan, found }));
  const isOpen = checks.some(({ kind }) => kind === "inconclusive");
  const receipt = newReceipt(plan);
  return {
    // Recipients that the account's own limits kept us from asking about are left out: the round does not count
    // for them.
    recipients: trouble?.wasAsked === false ? checks.filter(({ kind }) => kind !== "inconclusive") : checks,
    calls,
    retryAfterMs: isOpen ? (trouble?.retryAfterMs ?? null) : null,
    ...(receipt === null ? {} : { receipt }),
    ...(plan.candidates.length === 0 ? {} : { candidates: plan.candidates }),
  };
}

function newReceipt({ operation, recognised }: LookupPlan): Receipt | null {
  const [workId] = recognised;
  if (workId === undefined) return null;
  return operation === "schedule.repeat" ? seriesReceipt(recognised) : { workId };
}

function checkOf(
  entry: LedgerEntry,
  { plan, found: { lists, contents } }: { readonly plan: LookupPlan; readonly found: Found },
): RecipientCheck {
  const recipient = entry.id;
  if (plan.ids.length === 0 && plan.lost === null) {
    return { kind: "inconclusive", recipient, detail: "the delivery that `of` names is no longer known" };
  }
  const sightings = idsOf(entry, plan).map((id) => ({ id, seen: lists.seen(id) }));
  const isUnread = sightings.length === 0 || sightings.some(({ seen }) => seen === null);
  if (isUnread && !isGone(plan, lists)) {
    const detail = plan.trouble?.detail ?? "the lists that were read do not show it, and prove nothing";
    return { kind: "inconclusive", recipient, detail };
  }
  const judgement = judge(sightings, { entry, plan, contents });
  if (judgement.kind === "absent" && plan.doubt !== null) {
    return { kind: "inconclusive", recipient, detail: plan.doubt };
  }
  return { ...withReach(judgement, plan), recipient };
}

/**
 * Notes that only the named schedules of a series were checked: no list shows what a series consists of, only
 * the receipt of its `schedule.repeat` does.
 */
function withReach(judgement: Judgement, { operation, request }: LookupPlan): Judgement {
  const isBatch = operation === "schedule.batchModify" || operation === "schedule.batchDelete";
  if (!isBatch || judgement.kind !== "proven" || request.reference?.workIds !== undefined) return judgement;
  const notes = [judgement.evidence.note, "of the series, only the named schedules were looked at"];
  const note = notes.filter((part) => part !== undefined).join("; ");
  return { ...judgement, evidence: { ...judgement.evidence, note } };
}

/** The ids of the schedules that one ledger entry stands for. */
function idsOf(entry: LedgerEntry, { operation, request, ids, recognised }: LookupPlan): readonly string[] {
  if (recognised.length > 0) return recognised;
  const hasLines = operation === "schedule.delete" && request.input.of === undefined;
  return hasLines && entry.id !== EVERYBODY ? [entry.id] : ids;
}

function judge(
  sightings: readonly ScheduleSighting[],
  {
    entry,
    plan,
    contents,
  }: {
    readonly entry: LedgerEntry;
    readonly plan: LookupPlan;
    readonly contents: ReadonlyMap<string, string>;
  },
): Judgement {
  const { operation, request, missing } = plan;
  const { input, now } = request;
  const named = sightings[0] ?? { id: "", seen: null };
  switch (operation) {
    case "schedule.create":
      return judgeCreated(sightings, { input, entry });
    case "schedule.repeat":
      if (missing > 0) return { kind: "pending", detail: `${missing} occurrences are not listed yet` };
      return judgeCreated(sightings, { input, entry });
    case "schedule.modify":
    case "schedule.batchModify":
      return judgeChanged(sightings, { input, entry, firstContent: contents.get(named.id) ?? null });
    case "schedule.finish":
      return judgePart(named, { wanted: 1, input, entry });
    case "schedule.unfinish":
      return judgePart(named, { wanted: 0, input, entry });
    case "schedule.delete":
    case "schedule.batchDelete":
      return judgeDeleted(sightings, { now, entry, lagMs: lagOf(request) });
  }
}
