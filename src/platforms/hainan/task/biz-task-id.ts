/**
 * The `bizTaskId` of one assignee's task: the producer's, or one that is derived, so that a repeated create
 * finds the same task.
 *
 * Invariants: stable over resends, replays and workers; different for each assignee, because the platform
 * keeps one task for each bizTaskId. A derived one has the shape of the document's example, 32 hex digits.
 */
import { hash } from "node:crypto";
import type { SendRequest } from "../../channel.ts";
import type { TaskInput } from "./input.ts";

type Identified = Pick<SendRequest<TaskInput>, "input" | "key" | "deliveryId">;

/** A derived id is never used by anybody else; one that the producer gave may be. */
interface BizTaskId {
  readonly bizTaskId: string;
  readonly isDerived: boolean;
}

export function bizTaskIdOf(
  request: Identified,
  { assigneeId, account }: { readonly assigneeId: string; readonly account: string },
): BizTaskId {
  const given = givenOf(request.input, assigneeId);
  return given === null
    ? { bizTaskId: derivedOf(request, { assigneeId, account }), isDerived: true }
    : { bizTaskId: given, isDerived: false };
}

function givenOf({ bizTaskId, assignees }: TaskInput, assigneeId: string): string | null {
  const own = assignees?.find((one) => String(one.assigneeId) === assigneeId)?.bizTaskId;
  const given = own ?? (assignees == null ? bizTaskId : null);
  return given == null ? null : String(given);
}

function derivedOf(
  { input, key, deliveryId }: Identified,
  { assigneeId, account }: { readonly assigneeId: string; readonly account: string },
): string {
  if (input.bizTaskId != null) return derived("bizTaskId", String(input.bizTaskId), assigneeId);
  // The account is part of it: two accounts may share a tenant and use the same key for two things.
  return key === null
    ? derived("delivery", deliveryId, assigneeId)
    : derived("key", account, key, assigneeId);
}

/** The first 32 hex digits of SHA-256 over the parts as a JSON array. */
function derived(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, 32);
}
