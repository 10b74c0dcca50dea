/**
 * Which rows of a list a round may ask about again: the schedules that it names, and what may be one that it has lost. A
 * team's list may have a hundred thousand others; they are counted, and not kept. Pure.
 */
import { CLOCKS_APART_MS, ZONES_APART_MS } from "./lost-create-match.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { idKey } from "./same-id.ts";
import { createdAt, type ScheduleRow } from "./schedule-row.ts";

export interface WantedScheduleRows {
  readonly ids: ReadonlySet<string>;
  /** Whoever made what is looked for by its content, in the form in which ids are compared. */
  readonly creators: ReadonlySet<string>;
  /** What was created before is none of those. */
  readonly since: number;
}

export function wantedRows(plans: readonly LookupPlan[]): WantedScheduleRows {
  const likes = plans.flatMap(({ like }) => like ?? []);
  const since = Math.min(...likes.flatMap(({ createdSince, near }) => [createdSince, near.since]));
  return {
    ids: new Set(plans.flatMap(({ ids, request }) => [...ids, ...request.outstanding.map(({ id }) => id)])),
    creators: new Set(likes.map(({ creator }) => idKey(creator))),
    // A time in another zone, and the rest of a series, may be earlier.
    since: since - ZONES_APART_MS - CLOCKS_APART_MS,
  };
}

export function isWanted(row: ScheduleRow, { ids, creators, since }: WantedScheduleRows): boolean {
  if (ids.has(row.id)) return true;
  const isTheirs = row.openid === null ? creators.size > 0 : creators.has(idKey(row.openid));
  return isTheirs && (createdAt(row) ?? Infinity) >= since;
}
