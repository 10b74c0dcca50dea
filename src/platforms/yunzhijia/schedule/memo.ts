/**
 * What this channel notes about a delivery between its rounds (`LedgerEntry.memo`): when the first send began,
 * what the schedule showed before it, and what it has shown since. Digests, never values.
 */
import { hash } from "node:crypto";
import { z } from "zod";
import { canonicalText } from "./same-text.ts";
import { isCreator, partOf, type ScheduleRow } from "./schedule-row.ts";

const memoSchema = z.object({
  /** The latest time at which nothing had left yet; null where that is unknown. */
  from: z.number().nullable().catch(null).default(null),
  before: z.record(z.string(), z.string()).nullable().catch(null).default(null),
  /** Fields that have shown what was sent. */
  met: z.array(z.string()).catch([]).default([]),
  /** Since when a schedule that is to be deleted has been missing in every answer; null where it was listed. */
  goneSince: z.number().nullable().catch(null).default(null),
  /** When the first attempt began that was refused, perhaps after it was stored; null for none. */
  refusedFrom: z.number().nullable().catch(null).default(null),
  /** Whether the lists were searched since the latest refusal; see `RefusedAttempts`. */
  isSought: z.boolean().catch(false).default(false),
  /** How many of these searches got no answer. */
  vainLooks: z.number().catch(0).default(0),
  /** The code of a refusal that may have come after the store: if it is not there, it was refused. Null for none. */
  refusedBy: z.string().nullable().catch(null).default(null),
});

export type Memo = Readonly<z.infer<typeof memoSchema>>;
/** The digest of each field that was shown. */
export type Shown = Readonly<Record<string, string>>;

const NOTHING: Memo = {
  from: null,
  before: null,
  met: [],
  goneSince: null,
  refusedFrom: null,
  isSought: false,
  vainLooks: 0,
  refusedBy: null,
};

export function readMemo(text: string | null | undefined): Memo {
  if (text == null) return NOTHING;
  try {
    const memo = memoSchema.safeParse(JSON.parse(text));
    return memo.success ? memo.data : NOTHING;
  } catch {
    // Written by another version: treated as no memo.
    return NOTHING;
  }
}

export function writeMemo(memo: Memo): string {
  const { from, before, met, goneSince, refusedFrom, isSought, vainLooks, refusedBy } = memo;
  return JSON.stringify({
    ...(from !== null && { from }),
    ...(before !== null && { before }),
    ...(met.length > 0 && { met }),
    ...(goneSince !== null && { goneSince }),
    ...(refusedFrom !== null && { refusedFrom }),
    ...(isSought && { isSought }),
    ...(vainLooks > 0 && { vainLooks }),
    ...(refusedBy !== null && { refusedBy }),
  });
}

/** @param person another participant than the creator whose status is included */
export function shownOf(row: ScheduleRow, person: string | null = null): Shown {
  const second = (at: number | null): number | null => (at === null ? null : Math.floor(at / 1_000));
  const fields = {
    content: row.content === null ? null : canonicalText(row.content),
    startDate: second(row.startDate),
    endDate: second(row.endDate),
    noticeTime: row.noticeTime,
    noticeTimes: row.noticeTimes,
    workStatus: row.workStatus,
    doneTime: row.doneTime ?? null,
    part: person === null || isCreator(row, person) ? null : partOf(row, person),
  };
  const shown = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(shown.map(([field, value]) => [field, shortDigest(JSON.stringify(value))]));
}

function shortDigest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 8);
}
