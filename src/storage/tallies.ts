/**
 * What one change of a delivery is counted as, in the hashes `stats:<minute>` and `stats:h<hour>`.
 */
import { isEnded, type Delivery, type DeliveryState } from "../delivery/record.ts";
import { confirmStep } from "../delivery/time-to-confirm.ts";

/** Names of counters, with blanks between; "" for what is counted as nothing. */
export function talliesOf({ request, state: before }: Delivery, after: DeliveryState): string {
  if (before.status === after.status || !isEnded(after.status)) return "";
  // A discard that is taken back: it had been counted when it died.
  if (before.status === "discarded" && after.status === "dead") return "";
  if (after.status === "dead") return `dead:${after.reason}`;
  const step = after.status === "confirmed" && !isEnded(before.status) ? confirmStep(request, after) : null;
  return step === null ? after.status : `${after.status} took:${step}`;
}
