/**
 * A create that is answered with success but without data: either the platform has a task under this bizTaskId
 * and does not name it, or the gateway dropped the request. This file has the memos for it, and its error text.
 */
/** The first send got such an answer, and no second call was made yet. */
export const EMPTY = "empty";
/**
 * The first send got such an answer, and the answer to the second call was lost: that call may have created the
 * task.
 */
export const EMPTY_AND_LOST = "empty, then lost";

/** An attempt was refused by a gateway or for its signature, perhaps after the platform had stored the task. */
export const TRIED = "tried";

/** @param otherUser the delivery of this account that has the same bizTaskId; null for none */
export function usedBefore(otherUser: string | null): string {
  return otherUser === null
    ? "success without data, twice: somebody else has used this bizTaskId, or a proxy has repeated this call"
    : `delivery ${otherUser} has the same bizTaskId, and the platform keeps one task for each`;
}
