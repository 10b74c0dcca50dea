/**
 * Claims the schedules that were recognised. Claims are atomic and last: two equal creates whose answers
 * were both lost never prove themselves by the same schedule, whichever of them looks first.
 */
import type { AccountAccess } from "../account-access.ts";
import { candidates, siblings, undated, type Twin } from "./twin.ts";
import type { ScheduleRow } from "./row.ts";

export interface ListedRows {
  rowsLike(creator: string, content: string): Iterable<ScheduleRow>;
}

export type Recognition =
  | {
      /** Claimed by the twin's delivery now. */
      readonly kind: "recognised";
      /** Of a series: its parent first. */
      readonly ids: readonly string[];
      /** Occurrences beyond doubt that the lists do not show yet. */
      readonly missing: number;
    }
  /** One that is free looks like it, and nothing tells whether it is older. */
  | { readonly kind: "undated" }
  /** Nothing that is free looks like it. */
  | { readonly kind: "nothing" };

export async function claimTwin(
  twin: Twin,
  deliveryId: string,
  lists: ListedRows,
  account: AccountAccess,
): Promise<Recognition> {
  const rows = [...lists.rowsLike(twin.creator, twin.content)];
  const unsure = undated(twin, rows);
  const owners = await account.claimedBy(unsure.map(({ id }) => id));
  // What a reply has named is ours, whenever it was created.
  const own = unsure.find((_, index) => owners[index] === deliveryId);
  const parent = own ?? (await claimFirst(candidates(twin, rows), deliveryId, account));
  // What is nobody's may be ours, or somebody's from long before: neither taken nor overlooked.
  if (parent === null) return { kind: owners.includes(null) ? "undated" : "nothing" };
  if (twin.series === null) return { kind: "recognised", ids: [parent.id], missing: 0 };
  const claimed = new Map([[twin.startDate, parent.id]]);
  for (const [start, occurrences] of siblings(twin, parent, rows)) {
    const row = await claimFirst(occurrences, deliveryId, account);
    if (row !== null) claimed.set(start, row.id);
  }
  const missing = twin.series.starts.filter((start) => !claimed.has(start)).length;
  return { kind: "recognised", ids: [...claimed].toSorted(([a], [b]) => a - b).map(([, id]) => id), missing };
}

/** Its own if it has one, or else the first that nobody has. */
async function claimFirst(
  rows: readonly ScheduleRow[],
  deliveryId: string,
  account: AccountAccess,
): Promise<ScheduleRow | null> {
  if (rows.length === 0) return null;
  const owners = await account.claimedBy(rows.map(({ id }) => id));
  const own = rows.find((_, index) => owners[index] === deliveryId);
  if (own !== undefined) return own;
  for (const row of rows.filter((_, index) => owners[index] == null)) {
    if (await account.claim(row.id, deliveryId)) return row;
  }
  return null;
}
