/**
 * Trims what ended some time ago: the chapter that runs whenever the retention does.
 *
 * Safe to be done twice, and by two workers at once: a record is trimmed against the version that was read.
 */
import { trimmedState, trimmedTimeline, type TrimmableStatus } from "../delivery/trim.ts";
import { inputOf, operationOf, type AccountContext } from "./account-context.ts";
import type { Trimmable, Trims } from "./ports.ts";

/** Redis' other callers wait no longer than for so many. */
const AT_ONCE = 100;

/** Trims one batch; false when nothing is left. */
export async function trimEnded(
  status: TrimmableStatus,
  trims: Trims,
  context: Pick<AccountContext, "channels" | "policy">,
): Promise<boolean> {
  const { place, items } = await trims.trimmable(status, context.policy.trimAfterMs, AT_ONCE);
  if (place === null) return false;
  await Promise.all(
    items.map(async ({ delivery, timeline, payload }) => {
      const remains = remainsOf({ delivery, payload }, context);
      if (remains === null) return;
      await trims.trim(
        { ...delivery, state: trimmedState(delivery.state) },
        trimmedTimeline(timeline),
        remains,
      );
    }),
  );
  await trims.trimmedTo(status, place);
  return true;
}

/** Null where nobody knows what its channel would want to know again: then it stays whole. */
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
