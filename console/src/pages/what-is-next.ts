import type { InspectedDelivery } from "../../../src/doors/client/types.ts";
import { relative } from "../data/show.ts";
import type { Words } from "../words/en.ts";

/** One sentence: what Bida does next with it, and when. */
export function whatIsNext(
  { status, nextAt, notBefore }: InspectedDelivery,
  { words, now = Date.now() }: { readonly words: Words; readonly now?: number },
): string {
  const w = words.delivery;
  const when = nextAt === null || Date.parse(nextAt) <= now ? w.soon : relative(nextAt, now);
  switch (status) {
    case "queued":
      return notBefore !== null && Date.parse(notBefore) > now
        ? w.nextAt(relative(notBefore, now))
        : w.nextQueued;
    case "sending":
      return w.nextSending;
    case "retrying":
      return w.nextRetrying(when);
    case "confirming":
      return w.nextConfirming(when);
    case "confirmed":
      return w.nextConfirmed;
    case "dead":
      return w.nextDead;
    case "discarded":
      return w.nextDiscarded;
    case "cancelled":
      return w.nextCancelled;
  }
}
