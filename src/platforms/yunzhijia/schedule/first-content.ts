/**
 * The content with which this account created schedules.
 *
 * Sometimes the value before a change is unknown, because the worker died or the look had no answer. If the
 * shown text is then exactly that of the create, it is unchanged, however similar the new text is. Without this
 * it would count as a near match of the new text, which is neither proof nor absence.
 */
import type { AccountAccess } from "../../account-access.ts";
import { firstSentBy } from "./first-sent.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { readMemo } from "./memo.ts";

/** The content of each schedule's create, by workId; read only for schedules whose check needs it. */
export async function firstContents(
  plans: readonly LookupPlan[],
  account: AccountAccess,
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(plans.filter(needsIt).flatMap((plan) => plan.ids.slice(0, 1)))];
  if (ids.length === 0) return new Map();
  const owners = await account.claimedBy(ids);
  const known = await Promise.all(
    ids.map(async (id, index): Promise<[string, string] | null> => {
      const owner = owners[index];
      const created = owner == null ? null : await account.delivery(owner);
      const content = created === null ? null : firstSentBy(created).content;
      return content === null || content === "" ? null : [id, content];
    }),
  );
  return new Map(known.filter((entry) => entry !== null));
}

function needsIt({ operation, request: { input, outstanding } }: LookupPlan): boolean {
  if (operation !== "schedule.modify" && operation !== "schedule.batchModify") return false;
  return input.content !== undefined && outstanding.some(({ memo }) => readMemo(memo).before === null);
}
