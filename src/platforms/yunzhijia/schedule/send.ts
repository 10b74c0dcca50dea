/**
 * Sends schedules: create, modify, delete, finish, unfinish, repeatWork, batchModify, batchDelete
 * (document 002).
 *
 * Success is not proof, and a create has no idempotency key. So the workId of a reply is claimed before the
 * send returns: a schedule that one delivery has claimed proves no other delivery.
 */
import { refusalText } from "../../../delivery/error-words.ts";
import { EVERYBODY, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import { classifyTransport } from "../../classify-http.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { callGateway, type NotAgain } from "../gateway.ts";
import { createdIds, isRefusal, replyOf } from "./classify.ts";
import type { ScheduleInput } from "./input.ts";
import { isWithoutLists, lookSince, noteWithoutLists } from "./listed-since.ts";
import { NONE_REFUSED, RefusedAttempts } from "./refused-attempts.ts";
import { lookBefore } from "./look-before.ts";
import { lookAtTeamBefore } from "./team-fact.ts";
import { readMemo, writeMemo, type Memo } from "./memo.ts";
import {
  ENDPOINTS,
  NEWWORK,
  namedIds,
  ONE_OF_THE_TEAM,
  scheduleOperation,
  seriesReceipt,
  type ScheduleOperation,
} from "./operations.ts";

/**
 * Operations whose former values are read first: after a lost answer only these tell whether a person has acted
 * since.
 */
const CHANGES: ReadonlySet<ScheduleOperation> = new Set([
  "schedule.modify",
  "schedule.batchModify",
  "schedule.finish",
  "schedule.unfinish",
]);

const DELETES: ReadonlySet<ScheduleOperation> = new Set(["schedule.delete", "schedule.batchDelete"]);

/**
 * The lists show only the creator's status: whether another participant's status was changed cannot be checked
 * there.
 */
const MAY_BE_HIDDEN: ReadonlySet<ScheduleOperation> = new Set(["schedule.finish", "schedule.unfinish"]);

export async function sendSchedule(
  request: SendRequest<ScheduleInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const operation = scheduleOperation(request.operation);
  const ids = namedIds(request.input, request.reference);
  if (ids === null) {
    const text = "the delivery that `of` names has no workId: it is not one of a schedule";
    return { kind: "rejected", code: "reference", text };
  }
  const memo = await memoOf({ operation, ids, request }, { account, signal });
  const refusals = new RefusedAttempts(memo, request.now);
  const call: ScheduleCall = { operation, ids, request, refusals };
  const notAgain = refusals.isToBeSought
    ? await doneOrUntold({ ...call, isTokenNew: false }, { account, signal })
    : null;
  const outcome = notAgain ?? (await callPlatform(call, { account, signal }));
  switch (outcome.kind) {
    case "accepted":
    case "unknown": {
      const from = firstMoment(memo, request);
      const refusedBy = refusals.believedOnceAbsent;
      return { ...outcome, memo: writeMemo({ ...memo, ...NONE_REFUSED, from, refusedBy }) };
    }
    case "throttled":
    case "unauthorized":
    case "unreachable": {
      // The former values are kept, so that the next attempt need not read them again.
      const kept = isUnkeyed(operation) ? refusals.noted(memo) : memo;
      return kept.before === null && kept.refusedFrom === null
        ? outcome
        : { ...outcome, memo: writeMemo(kept) };
    }
    case "rejected":
      // A replay searches the lists first: by then the platform shows what it may have stored before it
      // refused.
      return refusals.isRefused && isUnkeyed(operation)
        ? { ...outcome, memo: writeMemo(refusals.toBeSoughtAnew(memo)) }
        : outcome;
    case "confirmed":
    case "observing":
    case "busy":
    case "invalid":
      return outcome;
  }
}

function entryOf({ recipients, targets }: SendRequest<ScheduleInput>): LedgerEntry | undefined {
  return recipients.find(({ id }) => targets.includes(id));
}

/**
 * When the first send began, refused ones included. Null where a worker may have died during an earlier one.
 */
function firstMoment({ from, refusedFrom }: Memo, request: SendRequest<ScheduleInput>): number | null {
  const first = from ?? (entryOf(request)?.sends === 0 ? request.now : null);
  return first === null ? null : Math.min(first, refusedFrom ?? first);
}

/** A call about the schedules with these ids. */
interface ScheduleCall {
  readonly operation: ScheduleOperation;
  readonly ids: readonly string[];
  readonly request: SendRequest<ScheduleInput>;
  readonly refusals: RefusedAttempts;
}

/** Whether the operation has no idempotency key, so that the platform cannot recognise a repeat. */
function isUnkeyed(operation: ScheduleOperation): boolean {
  return operation === "schedule.create" || operation === "schedule.repeat";
}

const REFUSED_AND_LISTED: Extract<SendOutcome, { kind: "unknown" }> = {
  kind: "unknown",
  cause: "ambiguous",
  detail: "it was refused, and one like it is listed since",
};

/** Why a refused call is not to be repeated now; null if it may be. */
async function doneOrUntold(
  { request, refusals, isTokenNew }: ScheduleCall & { readonly isTokenNew: boolean },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<NotAgain | null> {
  const { input, deliveryId, now } = request;
  const sought = { input, deliveryId, since: refusals.since, isTokenNew };
  const look = await lookSince(sought, { account, round: { now, signal } });
  switch (look.kind) {
    case "listed":
      return REFUSED_AND_LISTED;
    case "notListed":
      refusals.sought();
      return null;
    // The account seems to be refused. Whether or not the send goes on now, the next attempt searches the
    // lists.
    case "refused":
      return refusals.countFailedSearch() ? REFUSED_AS_WELL : null;
    case "untold": {
      // Where an installation has no such list, this costs a wait only once.
      const waits = !(look.isLasting && (await isWithoutLists(account, now))) && refusals.countFailedSearch();
      if (waits) return untold(look, { wasAnswered: isTokenNew || look.isLasting });
      if (look.isLasting) await noteWithoutLists(account, now);
      // From now on each refusal is followed by one search only: a search may take the place of the send in the
      // rate.
      refusals.sought();
      return null;
    }
  }
}

const REFUSED_AS_WELL: NotAgain = {
  kind: "unauthorized",
  detail: "it was refused, and so was the list that would show whether it was made all the same",
  refusal: null,
};

function untold(
  { retryAfterMs }: { readonly retryAfterMs: number | null },
  { wasAnswered }: { readonly wasAnswered: boolean },
): NotAgain {
  return retryAfterMs === null
    ? { kind: "unreachable", detail: NOT_ASKED_YET, wasAnswered }
    : { kind: "throttled", retryAfterMs, detail: NOT_ASKED_YET };
}

const NOT_ASKED_YET = "it was refused, and whether it was made all the same could not be asked yet";

async function memoOf(
  { operation, ids: [id], request }: Omit<ScheduleCall, "refusals">,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Memo> {
  const memo = readMemo(entryOf(request)?.memo);
  if (DELETES.has(operation)) await lookAtTeamBefore(account, { now: request.now, signal });
  if (!CHANGES.has(operation) || id === undefined || memo.before !== null) return memo;
  return {
    ...memo,
    before: await lookBefore({ id, input: request.input }, { account, now: request.now, signal }),
  };
}

async function callPlatform(
  call: ScheduleCall,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { operation, ids, request, refusals } = call;
  const path = `${NEWWORK}/${ENDPOINTS[operation]}`;
  const json = bodyFor(operation, { request, ids });
  const reply = await callGateway(
    {
      call: {
        scope: "resGroupSecret",
        path,
        json,
        isUnobservable: MAY_BE_HIDDEN.has(operation),
        suspectsToken: (answer) => {
          const isRefused = isRefusal(answer);
          if (isRefused || isThrottle(answer)) refusals.refused();
          return isRefused;
        },
        ...(isUnkeyed(operation) && {
          isDone: () => doneOrUntold({ ...call, isTokenNew: true }, { account, signal }),
        }),
      },
      harmless: ONE_OF_THE_TEAM,
    },
    { account, signal },
  );
  if (reply.kind === "noVerdict") return reply.why;
  const transport = classifyTransport(reply.answer, request.now);
  if (transport === null) return outcomeOf(reply.answer, { operation, request, account });
  return transport.kind === "rejected" && isUnkeyed(operation)
    ? rejectedUnlessListed(call, { verdict: transport, account, signal })
    : transport;
}

/**
 * The status of this refusal may come from a proxy, after the platform has stored the schedule. If the search has no
 * answer in time, the checks search, and end the delivery as rejected once it is proven absent.
 */
async function rejectedUnlessListed(
  { request: { input, deliveryId, now }, refusals }: ScheduleCall,
  {
    verdict,
    account,
    signal,
  }: {
    readonly verdict: Extract<SendOutcome, { kind: "rejected" }>;
    readonly account: AccountAccess;
    readonly signal: AbortSignal;
  },
): Promise<SendOutcome> {
  refusals.refused();
  const sought = { input, deliveryId, since: refusals.since, isTokenNew: false };
  const look = await lookSince(sought, { account, round: { now, signal } });
  if (look.kind === "notListed" || (look.kind === "untold" && look.isLasting)) return verdict;
  refusals.believedOnceAbsent = verdict.code;
  return look.kind === "listed"
    ? REFUSED_AND_LISTED
    : { kind: "unknown", cause: "ambiguous", detail: `${refusalText(verdict)}; ${NOT_ASKED_YET}` };
}

function isThrottle(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && answer.status === 429;
}

/** The producer's payload, without `of` and with the ids that it stands for. */
function bodyFor(
  operation: ScheduleOperation,
  {
    request: { input, targets },
    ids,
  }: { readonly request: SendRequest<ScheduleInput>; readonly ids: readonly string[] },
): unknown {
  const { of: _reference, ...fields } = input;
  switch (operation) {
    case "schedule.create":
    case "schedule.repeat":
      return fields;
    case "schedule.delete":
      return { ...fields, ids: targets.includes(EVERYBODY) ? ids : targets };
    case "schedule.modify":
    case "schedule.finish":
    case "schedule.unfinish":
    case "schedule.batchModify":
    case "schedule.batchDelete":
      return { ...fields, id: ids[0] };
  }
}

async function outcomeOf(
  answer: PlatformAnswer,
  {
    operation,
    request: { deliveryId },
    account,
  }: {
    readonly operation: ScheduleOperation;
    readonly request: SendRequest<ScheduleInput>;
    readonly account: AccountAccess;
  },
): Promise<SendOutcome> {
  const reply = replyOf(answer);
  switch (reply.kind) {
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
    case "refused":
      return reply.isPassing
        ? { kind: "unknown", cause: "ambiguous", detail: refusalText(reply) }
        : { kind: "rejected", code: reply.code, text: reply.text };
    case "taken":
      if (operation === "schedule.create" || operation === "schedule.repeat")
        return claimCreated({ operation, ids: createdIds(reply.data), deliveryId }, account);
      return reply.isDoubtful
        ? { kind: "unknown", cause: "ambiguous", detail: "success beside an error text or a code" }
        : { kind: "accepted" };
  }
}

async function claimCreated(
  {
    operation,
    ids,
    deliveryId,
  }: {
    readonly operation: "schedule.create" | "schedule.repeat";
    readonly ids: readonly string[] | null;
    readonly deliveryId: string;
  },
  account: AccountAccess,
): Promise<SendOutcome> {
  if (ids === null) {
    return { kind: "unknown", cause: "ambiguous", detail: "success, but without the id of a schedule" };
  }
  const claims = await Promise.all(ids.map((id) => account.claim(id, deliveryId)));
  if (!claims.every((isOurs) => isOurs)) {
    // An equal delivery whose own answer was lost has found this schedule in a list before this answer came.
    return { kind: "unknown", cause: "ambiguous", detail: "an equal delivery has claimed this schedule" };
  }
  const [workId = ""] = ids;
  return { kind: "accepted", receipt: operation === "schedule.create" ? { workId } : seriesReceipt(ids) };
}
