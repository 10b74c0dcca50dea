/**
 * Success without data to a create: the platform has a task under this bizTaskId and keeps its name to
 * itself, or the gateway dropped the request. What is remembered of it, and how it is told.
 */
import type { WantedTask } from "./create.ts";

/** The first send was answered so, and nobody has been asked since. */
export const EMPTY = "empty";
/** And the answer to the second request is lost: that one may have created the task. */
export const EMPTY_AND_LOST = "empty, then lost";

/** An attempt was refused by a gateway or for its signature, perhaps after the platform had taken it. */
export const TRIED = "tried";

/** @param otherUser the delivery of this account that has the same bizTaskId; null for none */
export function usedBefore({ isDerived }: WantedTask, otherUser: string | null): string {
  if (otherUser !== null)
    return `delivery ${otherUser} has the same bizTaskId, and the platform keeps one task for each`;
  return isDerived
    ? "success without data, twice: this key was used before, and its task is no longer known here"
    : "success without data, twice: somebody else has used this bizTaskId, and no task was created";
}
