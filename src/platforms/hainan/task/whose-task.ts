/**
 * Decides whose task an answer names: success alone does not tell (docs/platforms/hainan.md, "Tasks").
 *
 * Invariants: a task for another assignee, or with another subject, is not ours; and one taskUuid proves one
 * assignee of one delivery, because it is claimed. A packageUuid is shared on purpose and never claimed.
 */
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { CreatedTask } from "./classify.ts";
import type { WantedTask } from "./create.ts";
import { compareSubject } from "./shown-subject.ts";

type Ownership =
  | { readonly kind: "ours"; readonly note: string | null }
  /**
   * Its subject or assignee has lost characters, and the bizTaskId, which the producer gave, may have been used
   * by somebody else.
   */
  | { readonly kind: "doubtful"; readonly detail: string }
  | { readonly kind: "foreign"; readonly detail: string };

interface Asker {
  readonly deliveryId: string;
  readonly recipients: readonly LedgerEntry[];
}

export async function ownershipOf(
  task: CreatedTask,
  {
    wanted,
    asker: { deliveryId, recipients },
    account,
  }: { readonly wanted: WantedTask; readonly asker: Asker; readonly account: AccountAccess },
): Promise<Ownership> {
  const difference = differenceOf(task, wanted);
  if (difference === "near" && !wanted.isDerived) return DOUBTFUL;
  if (difference !== null && difference !== "near") {
    const [holder = null] = await account.claimedBy([task.taskUuid]);
    const whose = holder === null || holder === deliveryId ? "" : `, which delivery ${holder} created`;
    return { kind: "foreign", detail: `under this bizTaskId is a task ${difference}${whose}` };
  }
  const other = recipients.find(
    ({ id, receipt }) => id !== wanted.assigneeId && receipt?.["taskUuid"] === task.taskUuid,
  );
  if (other !== undefined) return { kind: "foreign", detail: `the task is that of assignee ${other.id}` };
  if (!(await account.claim(task.taskUuid, deliveryId))) {
    const [holder = null] = await account.claimedBy([task.taskUuid]);
    return {
      kind: "foreign",
      detail: `the task under this bizTaskId is that of delivery ${holder ?? "unknown"}`,
    };
  }
  return {
    kind: "ours",
    note: difference === "near" ? "the platform shows an altered subject or assignee" : null,
  };
}

const DOUBTFUL: Ownership = {
  kind: "doubtful",
  detail: "the task under this bizTaskId has an altered subject or assignee: it may be somebody else's",
};

function differenceOf({ assigneeId, subject }: CreatedTask, wanted: WantedTask): string | null {
  const isAltered = assigneeId !== null && assigneeId.trim() !== wanted.assigneeId.trim();
  if (isAltered && !isAlteredId(assigneeId, wanted.assigneeId)) return "for another assignee";
  if (subject === null) return isAltered ? "near" : null;
  switch (compareSubject(subject, wanted.subject)) {
    case "same":
      return isAltered ? "near" : null;
    case "near":
      return "near";
    case "other":
      return "with another subject";
  }
}

/**
 * Whether the answer names another bizTaskId than was sent: it is the answer to another call, or the platform shows
 * these ids in a form of its own.
 */
export function namesAnotherCall({ bizTaskId }: CreatedTask, wanted: WantedTask): boolean {
  return (
    bizTaskId !== null &&
    bizTaskId.trim() !== wanted.bizTaskId.trim() &&
    !isAlteredId(bizTaskId, wanted.bizTaskId)
  );
}

const ROUNDED_FROM = 16;
const EXACT_DIGITS = 15;

/** Whether it is the same id in another case, without leading zeros, or rounded as a number. */
function isAlteredId(shown: string, wanted: string): boolean {
  const [one, other] = [shown, wanted].map((id) =>
    id
      .trim()
      .toLowerCase()
      .replace(/^0+(?=.)/, ""),
  );
  if (one === other) return true;
  const areNumbers = [one, other].every((id) => /^\d+$/.test(id ?? ""));
  if (!areNumbers || one?.length !== other?.length || (one?.length ?? 0) < ROUNDED_FROM) return false;
  return one?.slice(0, EXACT_DIGITS) === other?.slice(0, EXACT_DIGITS);
}

/**
 * The other delivery of this account that uses the same given bizTaskId; null for none. An answer without data
 * shows that the id was used; only this shows by which delivery.
 */
export async function otherUserOf(
  { bizTaskId, isDerived, input }: WantedTask,
  {
    asker: { deliveryId },
    account,
  }: { readonly asker: Pick<Asker, "deliveryId">; readonly account: AccountAccess },
): Promise<string | null> {
  // An id that is derived from a given one (for several assignees) may be used by another delivery too.
  if (isDerived && input.bizTaskId == null) return null;
  const name = nameOf({ bizTaskId, input });
  if (await account.claim(name, deliveryId)) return null;
  const [holder = null] = await account.claimedBy([name]);
  return holder;
}

function nameOf({ bizTaskId, input }: Pick<WantedTask, "bizTaskId" | "input">): string {
  return `bizTaskId:${String(input.tenantId ?? "")}:${bizTaskId}`;
}

/**
 * Claims the bizTaskId for this delivery, whose task it is: for a delivery that claimed it before, an answer
 * without data is no longer proof.
 */
export async function takeName(
  wanted: WantedTask,
  {
    deliveryId,
    otherUser,
    account,
  }: { readonly deliveryId: string; readonly otherUser: string | null; readonly account: AccountAccess },
): Promise<void> {
  if (otherUser === null) return;
  await account.release([nameOf(wanted)], otherUser);
  await account.claim(nameOf(wanted), deliveryId);
}
