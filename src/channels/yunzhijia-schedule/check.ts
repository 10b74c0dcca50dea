/**
 * Checks schedules: finds all that a round is about, then judges delivery by delivery.
 */
import { EVERYBODY, type LedgerEntry } from "../../delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../delivery/outcome.ts";
import type { Receipt } from "../../delivery/record.ts";
import type { AccountAccess } from "../account-access.ts";
import type { CheckRequest } from "../channel.ts";
import { find, isGone } from "./find.ts";
import type { ScheduleInput } from "./input.ts";
import {
  judgeChanged,
  judgeCreated,
  judgeDeleted,
  judgePart,
  type Judgement,
  type Sighting,
} from "./judge.ts";
import type { Lists } from "./lists.ts";
import { seriesReceipt } from "./operations.ts";
import { searchFor, type Search } from "./search.ts";

export async function checkSchedules(
  batch: readonly CheckRequest<ScheduleInput>[],
  account: AccountAccess,
  signal: AbortSignal,
): Promise<readonly CheckOutcome[]> {
  const [first] = batch;
  if (first === undefined) return [];
  const searches = batch.map(searchFor);
  const lists = await find(searches, account, { now: first.now, signal });
  // A list that one delivery alone waits for is its own call; a shared one is nobody's.
  const listCalls = searches.length === 1 ? lists.calls : 0;
  return searches.map((search) => outcomeOf(search, lists, search.calls + listCalls));
}

function outcomeOf(search: Search, lists: Lists, calls: number): CheckOutcome {
  const { trouble, request } = search;
  const checks = request.outstanding.map((entry) => checkOf(entry, search, lists));
  const isOpen = checks.some(({ kind }) => kind === "inconclusive");
  const receipt = newReceipt(search);
  return {
    // Whom the account's own limits did not let us ask about is not asked: that costs no round.
    recipients: trouble?.wasAsked === false ? checks.filter(({ kind }) => kind !== "inconclusive") : checks,
    calls,
    retryAfterMs: isOpen ? (trouble?.retryAfterMs ?? null) : null,
    ...(receipt === null ? {} : { receipt }),
  };
}

function newReceipt({ operation, recognised }: Search): Receipt | null {
  const [workId] = recognised;
  if (workId === undefined) return null;
  return operation === "schedule.repeat" ? seriesReceipt(recognised) : { workId };
}

function checkOf(entry: LedgerEntry, search: Search, lists: Lists): RecipientCheck {
  const recipient = entry.id;
  if (search.ids.length === 0 && search.twin === null) {
    return { kind: "inconclusive", recipient, detail: "the delivery that `of` names is no longer known" };
  }
  const sightings = idsOf(entry, search).map((id) => ({ id, seen: lists.seen(id) }));
  const isUnread = sightings.length === 0 || sightings.some(({ seen }) => seen === null);
  if (isUnread && !isGone(search, lists)) {
    const detail = search.trouble?.detail ?? "the lists that were read do not show it, and prove nothing";
    return { kind: "inconclusive", recipient, detail };
  }
  const judgement = judge(sightings, entry, search);
  if (judgement.kind === "absent" && search.isUndated) {
    const detail = "one like it is listed, and nothing tells when that was created";
    return { kind: "inconclusive", recipient, detail };
  }
  return { ...withReach(judgement, search), recipient };
}

/** Only the receipt of a repeat tells what a series consists of: no list shows it. */
function withReach(judgement: Judgement, { operation, request }: Search): Judgement {
  const isBatch = operation === "schedule.batchModify" || operation === "schedule.batchDelete";
  if (!isBatch || judgement.kind !== "proven" || request.reference?.workIds !== undefined) return judgement;
  const notes = [judgement.evidence.note, "of the series, only the named schedules were looked at"];
  const note = notes.filter((part) => part !== undefined).join("; ");
  return { ...judgement, evidence: { ...judgement.evidence, note } };
}

/** The schedules that stand for one line of the ledger. */
function idsOf(entry: LedgerEntry, { operation, request, ids, recognised }: Search): readonly string[] {
  if (recognised.length > 0) return recognised;
  const hasLines = operation === "schedule.delete" && request.input.of === undefined;
  return hasLines && entry.id !== EVERYBODY ? [entry.id] : ids;
}

function judge(sightings: readonly Sighting[], entry: LedgerEntry, search: Search): Judgement {
  const { operation, request, missing } = search;
  const { input, now } = request;
  const named = sightings[0] ?? { id: "", seen: null };
  switch (operation) {
    case "schedule.create":
      return judgeCreated(sightings, input);
    case "schedule.repeat":
      if (missing > 0) return { kind: "pending", detail: `${missing} occurrences are not listed yet` };
      return judgeCreated(sightings, input);
    case "schedule.modify":
    case "schedule.batchModify":
      return judgeChanged(sightings, input, entry);
    case "schedule.finish":
      return judgePart(named, 1, input, entry);
    case "schedule.unfinish":
      return judgePart(named, 0, input, entry);
    case "schedule.delete":
    case "schedule.batchDelete":
      return judgeDeleted(sightings, now);
  }
}
