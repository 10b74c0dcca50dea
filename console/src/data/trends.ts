/** Curves over time, from what the server counted. Pure. */
import type { DeadReason, Stats } from "../../../src/doors/client/types.ts";

type Bucket = Stats["buckets"][number];

export function timesOf({ buckets }: Stats): number[] {
  return buckets.map(({ at }) => Math.floor(Date.parse(at) / 1_000));
}

/** Of those confirmed in each stretch, how many per cent in time by their account's objective; null where none was. */
export function withinObjective({ buckets }: Stats): (number | null)[] {
  return buckets.map(({ timeToConfirm, inTime }) => {
    const all = sum(timeToConfirm);
    return all === 0 ? null : (100 * inTime) / all;
  });
}

/** What counts as in time; null where accounts promise different things. */
export function commonObjective({ accounts }: Stats): number | null {
  const all = new Set(accounts.map(({ confirmWithinMs }) => confirmWithinMs));
  const [only = null] = all;
  return all.size === 1 ? only : null;
}

/** In seconds, as the end of the step in which it falls; null where nothing was confirmed, or it took longest of all. */
export function percentile({ buckets, confirmStepsMs }: Stats, share: number): (number | null)[] {
  return buckets.map(({ timeToConfirm }) => {
    const ms = percentileMs(timeToConfirm, { stepsMs: confirmStepsMs, share });
    return ms === null ? null : ms / 1_000;
  });
}

function percentileMs(
  timeToConfirm: readonly number[],
  { stepsMs, share }: { readonly stepsMs: readonly number[]; readonly share: number },
): number | null {
  const wanted = sum(timeToConfirm) * share;
  if (wanted === 0) return null;
  let met = 0;
  return stepsMs[timeToConfirm.findIndex((count) => (met += count) >= wanted)] ?? null;
}

export interface LastHour {
  readonly accepted: number;
  readonly confirmed: number;
  /** Null where nothing was confirmed. */
  readonly inTimePercent: number | null;
  /** Null also where it took longer than the longest step. */
  readonly p95Ms: number | null;
  /** Of the platform's calls, how many per cent it refused for its rate; null where none was made. */
  readonly throttledPercent: number | null;
}

/** The figures of each account over the whole period that was asked for. */
export function byAccount({ accounts, confirmStepsMs }: Stats): ReadonlyMap<string, LastHour> {
  return new Map(
    accounts.map(({ account, accepted, confirmed, timeToConfirm, confirmWithinMs, calls, throttled }) => {
      const all = sum(timeToConfirm);
      const good = sum(timeToConfirm.filter((_, at) => (confirmStepsMs[at] ?? Infinity) <= confirmWithinMs));
      const p95Ms = percentileMs(timeToConfirm, { stepsMs: confirmStepsMs, share: 0.95 });
      const inTimePercent = all === 0 ? null : (100 * good) / all;
      const throttledPercent = calls === 0 ? null : (100 * throttled) / calls;
      return [account, { accepted, confirmed, inTimePercent, p95Ms, throttledPercent }];
    }),
  );
}

/** How many had not ended at the end of each stretch: from what is open now, back through what came and went. */
export function openAtEnd({ buckets }: Stats, openNow: number): number[] {
  const open: number[] = [];
  let after = openNow;
  for (const bucket of buckets.toReversed()) {
    open.push(Math.max(0, after));
    after -= bucket.accepted + bucket.replayed - endedIn(bucket);
  }
  return open.toReversed();
}

function endedIn({ confirmed, cancelled, dead }: Bucket): number {
  return confirmed + cancelled + sum(Object.values(dead).map((count) => count ?? 0));
}

/** The reasons that there were, the most frequent first. */
export function deadByReason({
  buckets,
}: Stats): { readonly reason: DeadReason; readonly counts: number[] }[] {
  const reasons = Object.keys(buckets[0]?.dead ?? {}) as DeadReason[];
  return reasons
    .map((reason) => ({ reason, counts: buckets.map(({ dead }) => dead[reason] ?? 0) }))
    .filter(({ counts }) => sum(counts) > 0)
    .toSorted((a, b) => sum(b.counts) - sum(a.counts));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
