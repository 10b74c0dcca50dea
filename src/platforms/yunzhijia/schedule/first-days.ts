/**
 * On which day a schedule that is named by its id started when this account created it: a hint where to look,
 * no proof, because it may have been moved since.
 */
import type { AccountAccess } from "../../account-access.ts";
import { shanghaiDay } from "./days.ts";
import { firstSentBy } from "./first-sent.ts";
import type { LookupPlan } from "./lookup-plan.ts";

/** Notes the day in the plans that do not name one themselves. */
export async function noteFirstDays(plans: readonly LookupPlan[], account: AccountAccess): Promise<void> {
  const unsure = plans.filter(
    ({ like, ids, occurring }) => like === null && ids.length > 0 && occurring.days.length === 0,
  );
  if (unsure.length === 0) return;
  const owners = await account.claimedBy(unsure.map(({ ids }) => ids[0] ?? ""));
  await Promise.all(
    unsure.map(async (plan, index) => {
      const owner = owners[index];
      const created = owner == null ? null : await account.delivery(owner);
      const start = created === null ? null : firstSentBy(created).startDate;
      if (start !== null) plan.firstDays = [shanghaiDay(start)];
    }),
  );
}
