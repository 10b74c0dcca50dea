/**
 * Success without data to a create: the platform has a task under this bizTaskId and keeps its name to
 * itself, or the gateway dropped the request. What is remembered of it, and how it is told.
 */
/** The first send was answered so, and nobody has been asked since. */
export const EMPTY = "empty";
/** And the answer to the second request is lost: that one may have created the task. */
export const EMPTY_AND_LOST = "empty, then lost";

/** An attempt was refused by a gateway or for its signature, perhaps after the platform had taken it. */
export const TRIED = "tried";

/** @param otherUser the delivery of this account that has the same bizTaskId; null for none */
export function usedBefore(otherUser: string | null): string {
  return otherUser === null
    ? "success without data, twice: somebody else has used this bizTaskId, or a proxy has repeated this call"
    : `delivery ${otherUser} has the same bizTaskId, and the platform keeps one task for each`;
}
