/**
 * What this channel notes about a delivery between its rounds (`LedgerEntry.memo`): when its first send
 * began, what the schedule showed before it, and what it has shown since. Digests, never values.
 */
import { hash } from "node:crypto";
import { z } from "zod";
import { canonicalText } from "./same-text.ts";
import { partOf, type ScheduleRow } from "./schedule-row.ts";

const memoSchema = z.object({
  /** The latest moment at which nothing had left yet; null where nobody knows. */
  from: z.number().nullable().catch(null).default(null),
  before: z.record(z.string(), z.string()).nullable().catch(null).default(null),
  /** Fields that have shown what was sent. */
  met: z.array(z.string()).catch([]).default([]),
  /** Since when a schedule that is to be deleted has not been listed, in all answers; null where it was. */
  goneSince: z.number().nullable().catch(null).default(null),
  /** When the first attempt began that was refused, perhaps after the store; null for none. */
  refusedFrom: z.number().nullable().catch(null).default(null),
  /** What it may have made was looked for since the latest of these; see `RefusedAttempts`. */
  isSought: z.boolean().catch(false).default(false),
  /** Looks for it that nobody answered. */
  vainLooks: z.number().catch(0).default(0),
});

export type Memo = Readonly<z.infer<typeof memoSchema>>;
/** Digests by field, of the fields that were shown. */
export type Shown = Readonly<Record<string, string>>;

const NOTHING: Memo = {
  from: null,
  before: null,
  met: [],
  goneSince: null,
  refusedFrom: null,
  isSought: false,
  vainLooks: 0,
};

export function readMemo(text: string | null | undefined): Memo {
  if (text == null) return NOTHING;
  try {
    const memo = memoSchema.safeParse(JSON.parse(text));
    return memo.success ? memo.data : NOTHING;
  } catch {
    // Written by another version: it is as if nothing had been noted.
    return NOTHING;
  }
}

export function writeMemo(memo: Memo): string {
  const { from, before, met, goneSince, refusedFrom, isSought, vainLooks } = memo;
  return JSON.stringify({
    ...(from !== null && { from }),
    ...(before !== null && { before }),
    ...(met.length > 0 && { met }),
    ...(goneSince !== null && { goneSince }),
    ...(refusedFrom !== null && { refusedFrom }),
    ...(isSought && { isSought }),
    ...(vainLooks > 0 && { vainLooks }),
  });
}

/** @param person whose part is shown besides, where that is not the creator */
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
    part: person === null || person === row.openid ? null : partOf(row, person),
  };
  const shown = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(shown.map(([field, value]) => [field, shortDigest(JSON.stringify(value))]));
}

function shortDigest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 8);
}
