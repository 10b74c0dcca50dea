/**
 * What schedules said when this account created them.
 *
 * Nobody could look before a change was sent where its worker died, or its look had no answer. A text that is
 * shown just as it was created is then unchanged, however like the new one it is: it is no altered form of
 * what was sent, and without this it would be neither proof nor absence for good.
 */
import type { AccountAccess } from "../../account-access.ts";
import { firstSentBy } from "./first-sent.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { readMemo } from "./memo.ts";

/** By workId; only of those whose check needs it. */
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
