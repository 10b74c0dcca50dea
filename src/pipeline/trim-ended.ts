/**
 * Trims deliveries that ended some time ago. The retention runs it.
 *
 * Safe to run twice, and by two workers at once: a record is trimmed against the version that was read. If
 * trimming a record throws, that record stays whole, and the others are trimmed.
 */
import { trimmedRequest, trimmedState, trimmedTimeline, type TrimmableStatus } from "../delivery/trim.ts";
import { operationOf } from "../platforms/operation.ts";
import { inputOf, type AccountContext } from "./account-context.ts";
import { emitBug, type TellsOfBugs } from "./emit-failure.ts";
import type { Runtime, Trimmable, Trims } from "./ports.ts";

type Context = Pick<AccountContext, "channels" | "policy"> &
  TellsOfBugs & { readonly runtime: Pick<Runtime, "isAway"> };

/** Few at a time, so that Redis' other callers wait only briefly. */
const AT_ONCE = 100;

/** Trims one batch; false when nothing is left. */
export async function trimEnded(
  status: TrimmableStatus,
  { trims, context }: { readonly trims: Trims; readonly context: Context },
): Promise<boolean> {
  const { place, items } = await trims.trimmable(status, {
    endedForMs: context.policy.trimAfterMs,
    most: AT_ONCE,
  });
  if (place === null) return false;
  await Promise.all(
    items.map(async (item) => {
      try {
        await trimOne(item, { trims, context });
      } catch (error) {
        if (context.runtime.isAway(error)) throw error;
        emitBug({ where: "trimming", error, id: item.delivery.request.id }, context);
      }
    }),
  );
  await trims.trimmedTo(status, place);
  return true;
}

async function trimOne(
  { delivery, timeline, payload }: Trimmable,
  { trims, context }: { readonly trims: Trims; readonly context: Context },
): Promise<void> {
  const remains = remainsOf({ delivery, payload }, context);
  if (remains === null) return;
  const short = {
    ...delivery,
    request: trimmedRequest(delivery.request),
    state: trimmedState(delivery.state),
  };
  await trims.trim(short, { timeline: trimmedTimeline(timeline), remains });
}

/** What the operation keeps of the payload. Null where that is unknown; then the record stays whole. */
function remainsOf(
  { delivery, payload }: Pick<Trimmable, "delivery" | "payload">,
  { channels }: Pick<AccountContext, "channels">,
): string | null {
  const operation = operationOf(channels, delivery.request.operation);
  if (operation === null) return null;
  const { remains } = operation.spec;
  if (remains === undefined) return "";
  const parsed = inputOf(payload, operation);
  return parsed === null
    ? null
    : remains(
        parsed.input,
        delivery.state.recipients.map(({ id }) => id),
      );
}
