/**
 * Claims the schedules that were recognised. Claims are atomic and permanent: two equal creates whose answers
 * were both lost are never proven by the same schedule, whichever looks first.
 */
import type { AccountAccess } from "../../account-access.ts";
import { candidates, siblings, undated, type LostCreate } from "./lost-create-match.ts";
import type { ScheduleRow } from "./schedule-row.ts";

interface Listed {
  readonly lists: { rowsLike(creator: string, text: string): Iterable<ScheduleRow> };
  /** The exact texts of all creates of this round that are still looked for. */
  readonly wanted: ReadonlySet<string>;
}

type Recognition =
  | {
      /** The delivery has claimed these. */
      readonly kind: "recognised";
      /** For a series the parent is first. */
      readonly ids: readonly string[];
      /** How many certain occurrences the lists do not show yet. */
      readonly missing: number;
    }
  /** An unclaimed schedule looks like it, but may be older. */
  | { readonly kind: "undated" }
  /** No unclaimed schedule looks like it. */
  | { readonly kind: "nothing" };

export async function claimMatch(
  lost: LostCreate,
  {
    listed: { deliveryId, lists, wanted },
    account,
  }: { readonly listed: Listed & { readonly deliveryId: string }; readonly account: AccountAccess },
): Promise<Recognition> {
  const rows = [...lists.rowsLike(lost.creator, lost.text)].filter(
    (row) => !isAnothers(row, { lost, wanted }),
  );
  const unsure = undated(lost, rows);
  const owners = await account.claimedBy(unsure.map(({ id }) => id));
  // A schedule that a reply has named is ours, whenever it was created.
  const own = unsure.find((_, index) => owners[index] === deliveryId);
  const parent = own ?? (await claimFirst(candidates(lost, rows), { deliveryId, account }));
  // An unclaimed schedule without a date may be ours, or older than our send: it is neither claimed nor
  // ignored.
  if (parent === null) return { kind: owners.includes(null) ? "undated" : "nothing" };
  if (lost.series === null) return { kind: "recognised", ids: [parent.id], missing: 0 };
  const claimed = new Map([[lost.startDate, parent.id]]);
  for (const [start, occurrences] of siblings(lost, { parent, rows })) {
    const row = await claimFirst(occurrences, { deliveryId, account });
    if (row !== null) claimed.set(start, row.id);
  }
  const seconds = new Set([...claimed.keys()].map((start) => Math.floor(start / 1_000)));
  const isClaimed = (start: number): boolean => {
    const second = Math.floor(start / 1_000);
    return seconds.has(second) || seconds.has(second + 1);
  };
  const missing = lost.series.starts.filter((start) => !isClaimed(start)).length;
  return { kind: "recognised", ids: [...claimed].toSorted(([a], [b]) => a - b).map(([, id]) => id), missing };
}

/**
 * Whether the text equals ours only after reversible changes, while another create of this round sent exactly
 * this text.
 */
function isAnothers(
  { content }: ScheduleRow,
  { lost, wanted }: { readonly lost: LostCreate; readonly wanted: ReadonlySet<string> },
): boolean {
  const shown = content?.trim() ?? "";
  return shown !== lost.content.trim() && wanted.has(shown);
}

/** The schedule that the delivery has claimed already, or else the first unclaimed one. */
async function claimFirst(
  rows: readonly ScheduleRow[],
  { deliveryId, account }: { readonly deliveryId: string; readonly account: AccountAccess },
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
