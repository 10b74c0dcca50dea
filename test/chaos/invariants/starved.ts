/**
 * No delivery expired unsent although it could have been sent: everything ahead of it in its lane had ended,
 * and there was enough time without a disturbance. Such a delivery has a timer, but one that is too late.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { Acknowledged } from "../history.ts";
import { recordOf, type Breach, type Evidence, type Judge } from "./evidence.ts";

/** Longer than any lease or lock of Bida's lives, and shorter than the settling. */
const TIME_ENOUGH_MS = 18_000;

export const starved: Judge = (evidence) =>
  evidence.history.all.flatMap((acknowledged): Breach[] => {
    const delivery = recordOf(evidence, acknowledged.id);
    if (delivery === null || delivery.state.reason !== "expired" || delivery.state.waitCause !== null)
      return [];
    const freeMs = delivery.request.deadlineAt - freeSince(acknowledged, delivery, evidence);
    if (freeMs < TIME_ENOUGH_MS) return [];
    const what = `expired unsent, though its way had been free for ${Math.round(freeMs / 1_000)} s`;
    return [{ invariant: "starved", id: acknowledged.id, what }];
  });

/** When the last delivery ahead of it ended. */
function freeSince({ lane, place }: Acknowledged, { request }: Delivery, evidence: Evidence): number {
  const ahead = evidence.history.all.filter((one) => one.lane === lane && one.place < place);
  const ends = ahead.map(({ id }) => recordOf(evidence, id)?.state.finishedAt ?? Number.POSITIVE_INFINITY);
  return Math.max(request.createdAt, ...ends);
}
