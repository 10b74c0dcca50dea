/**
 * The ids that are kept of a reply: finish and cancel need them, and no other call returns them.
 */
import type { Receipt } from "../../../delivery/record.ts";
import type { CreatedTask } from "./classify.ts";
import { assigneesOf, type TaskInput } from "./input.ts";

/** The receipt of one assignee's task; `task` is null where its taskUuid is lost. */
export function assigneeReceipt(bizTaskId: string, task: CreatedTask | null): Receipt {
  if (task === null) return { bizTaskId };
  const { taskUuid, packageUuid } = task;
  return { bizTaskId, taskUuid, ...(packageUuid === null ? {} : { packageUuid }) };
}

/**
 * The receipt of the delivery, for deliveries that refer to it: the package, and a task for each assignee.
 *
 * @param joined the package that was asked for; it stays the delivery's, even if this task is in another one
 */
export function deliveryReceipt(
  input: TaskInput,
  {
    assigneeId,
    task: { taskUuid, packageUuid },
    joined,
  }: { readonly assigneeId: string; readonly task: CreatedTask; readonly joined: string | null },
): Receipt {
  const known = joined ?? packageUuid;
  return {
    ...(known === null ? {} : { packageUuid: known }),
    ...(assigneesOf(input).length === 1 ? { taskUuid } : {}),
    [entryOf(assigneeId)]: taskUuid,
  };
}

/** The task that a receipt names for this assignee; without one, the task of an only assignee. */
export function taskUuidIn(receipt: Receipt, assigneeId: string | null): string | null {
  return receipt[assigneeId === null ? "taskUuid" : entryOf(assigneeId)] ?? null;
}

function entryOf(assigneeId: string): string {
  return `task:${assigneeId}`;
}
