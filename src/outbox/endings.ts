/**
 * How deliveries ended, for their rows.
 */
import { isEnded } from "../delivery/record.ts";
import type { DeliveryLists, StoredDelivery } from "../operations/ports.ts";
import { ENDINGS, type Ending } from "./ports.ts";

/** The endings of those deliveries that have ended or are gone; only their records are read. */
export async function endingsOf(
  ids: readonly string[],
  lists: Pick<DeliveryLists, "ended" | "read">,
): Promise<ReadonlyMap<string, Ending>> {
  const over = await lists.ended(ids);
  const stored = await lists.read(over);
  return new Map(
    over.flatMap((id, index) => {
      const ending = endingOf(stored[index] ?? null);
      return ending === null ? [] : [[id, ending] as const];
    }),
  );
}

const FORGOTTEN: Ending = {
  status: "forgotten",
  reason: null,
  detail:
    "Bida has no record of this delivery: it ended and was kept no longer (policy.retention), or Redis lost it; look at the platform before you write the order again",
};

/**
 * Null where it has not ended, or was replayed since. A record that cannot be read is ended by a worker, and
 * reported then.
 */
function endingOf(stored: StoredDelivery | "unreadable" | null): Ending | null {
  if (stored === null) return FORGOTTEN;
  if (stored === "unreadable" || !isEnded(stored.delivery.state.status)) return null;
  const { reason = null, detail, ...state } = stored.delivery.state;
  const status = ENDINGS.find((ending) => ending === state.status);
  return status === undefined ? null : { status, reason, detail };
}
