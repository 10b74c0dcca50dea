/**
 * Says why a delivery is not sent although it is due: the head of its lane goes first, and a dead head holds
 * the lane until a person acts.
 */
import type { Delivery } from "../delivery/record.ts";
import type { DeliveryLists } from "./ports.ts";

/**
 * The clocks of two processes, as each has read it from Redis, differ by up to an eighth of a second; what falls
 * due within this time counts as due, as it does where a delivery is accepted (`accept.lua`).
 */
const SOON_MS = 1_000;

/**
 * One sentence; null for a delivery that waits for no other. It may name the head: lanes are per account, so
 * the reader may see that one too.
 */
export async function waitsBehind(
  { request: { id, lane }, state: { status, nextAt } }: Delivery,
  { lists, now }: { readonly lists: DeliveryLists; readonly now: number },
): Promise<string | null> {
  if (status !== "queued" || lane === null || (nextAt ?? now) > now + SOON_MS) return null;
  const head = await lists.headOf(lane);
  if (head === null || head === id) return null;
  const [stored = null] = await lists.read([head]);
  if (stored === null) return null;
  const where = `waits in lane ${lane} behind ${head}`;
  if (stored === "unreadable") return `${where}, which cannot be read`;
  if (stored.delivery.state.status !== "dead") return `${where}, which is ${stored.delivery.state.status}`;
  return `${where}, which is dead: it holds the lane until it is replayed or discarded`;
}
