/**
 * Sends schedules: create, modify, delete, finish, unfinish, repeatWork, batchModify, batchDelete
 * (document 002).
 *
 * Success is not proof, and a create has no idempotency key. So the workId of a reply is claimed before
 * the send returns: what one delivery has claimed proves no other.
 */
import { EVERYBODY } from "../../delivery/ledger.ts";
import type { SendOutcome } from "../../delivery/outcome.ts";
import type { AccountAccess } from "../account-access.ts";
import type { SendRequest } from "../channel.ts";
import { classifyTransport } from "../classify-http.ts";
import type { PlatformAnswer } from "../platform-http.ts";
import { callGateway, isUnauthorized } from "../yunzhijia-gateway.ts";
import { createdIds, replyOf } from "./classify.ts";
import type { ScheduleInput } from "./input.ts";
import {
  ENDPOINTS,
  namedIds,
  scheduleOperation,
  seriesReceipt,
  type ScheduleOperation,
} from "./operations.ts";

export const NEWWORK = "/gateway/cloudwork/newwork";

export async function sendSchedule(
  request: SendRequest<ScheduleInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const operation = scheduleOperation(request.operation);
  const ids = namedIds(request.input, request.reference);
  if (ids === null) {
    const text = "the delivery that `of` names has no workId: it is not one of a schedule";
    return { kind: "rejected", code: "reference", text };
  }
  const path = `${NEWWORK}/${ENDPOINTS[operation]}`;
  const json = bodyFor(operation, request, ids);
  const reply = await callGateway(
    { scope: "resGroupSecret", path, json, suspectsToken: isRefusal },
    account,
    signal,
  );
  if (reply.kind === "noToken") return reply.token;
  return classifyTransport(reply.answer, request.now) ?? outcomeOf(reply.answer, operation, request, account);
}

/** The producer's own payload, without `of`, about the ids that are meant. */
function bodyFor(
  operation: ScheduleOperation,
  { input, targets }: SendRequest<ScheduleInput>,
  ids: readonly string[],
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

/** A refusal, whatever its code: none is published, so any may mean that the token has expired. */
export function isRefusal(answer: PlatformAnswer): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  return replyOf(answer).kind === "refused";
}

async function outcomeOf(
  answer: PlatformAnswer,
  operation: ScheduleOperation,
  { deliveryId }: SendRequest<ScheduleInput>,
  account: AccountAccess,
): Promise<SendOutcome> {
  const reply = replyOf(answer);
  switch (reply.kind) {
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
    case "refused":
      return { kind: "rejected", code: reply.code, text: reply.text };
    case "taken":
      return operation === "schedule.create" || operation === "schedule.repeat"
        ? claimCreated(operation, createdIds(reply.data), deliveryId, account)
        : { kind: "accepted" };
  }
}

async function claimCreated(
  operation: "schedule.create" | "schedule.repeat",
  ids: readonly string[] | null,
  deliveryId: string,
  account: AccountAccess,
): Promise<SendOutcome> {
  if (ids === null) {
    return { kind: "unknown", cause: "ambiguous", detail: "success, but without the id of a schedule" };
  }
  const claims = await Promise.all(ids.map((id) => account.claim(id, deliveryId)));
  if (!claims.every((isOurs) => isOurs)) {
    // An equal delivery whose own answer was lost found this schedule in the list before we heard of it.
    return { kind: "unknown", cause: "ambiguous", detail: "an equal delivery has claimed this schedule" };
  }
  const [workId = ""] = ids;
  return { kind: "accepted", receipt: operation === "schedule.create" ? { workId } : seriesReceipt(ids) };
}
