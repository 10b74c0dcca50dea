/**
 * A schedule as the lists and `detail` show it (document 002, teamWorks and queryByDay).
 *
 * Only the id is required: fields that a row lacks are null, and null matches nothing.
 */
import { z } from "zod";
import { writtenTime } from "./days.ts";
import { LEAST_MS, MOST_MS } from "./fields.ts";
import { entryOfPerson } from "./same-id.ts";
import { canonicalText } from "./same-text.ts";

const digits = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number);
const long = z
  .union([z.number(), digits])
  .nullish()
  .transform((value) => value ?? null)
  .catch(null);
/** A time in milliseconds, parsed also from other units and from written-out times. */
const time = z
  .union([z.number(), digits, z.string().transform(writtenTime)])
  .nullish()
  .transform((value) => (value == null ? null : inMilliseconds(value)))
  .catch(null);

/** Which unit it is shows by its size: all times from 1973 to 5138 have another one in each unit. */
function inMilliseconds(value: number): number {
  if (value > 0 && value < LEAST_MS) return value * 1_000;
  // Microseconds, and nanoseconds.
  const [micros, nanos] = [value / 1_000, value / 1_000_000];
  return value <= MOST_MS ? value : Math.floor(micros <= MOST_MS ? micros : nanos);
}
const id = z.union([z.string().trim().min(1), z.number()]).transform(String);
const words = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? null : String(value)))
  .catch(null);

const rowSchema = z.object({
  id,
  /** The creator. */
  openid: words,
  content: words,
  startDate: time,
  endDate: time,
  createDate: time,
  /** When the creator finished it. Some platforms keep it after the finish was undone. */
  doneTime: time,
  noticeTime: long,
  /** The creator's status: 0 to do, 1 done, 2 deleted. */
  workStatus: long,
  /** Only `detail` shows these. */
  noticeTimes: z.array(z.number()).nullable().catch(null),
  participants: z
    .array(z.object({ openid: id, workStatus: long }))
    .nullable()
    .catch(null),
});

export type ScheduleRow = z.infer<typeof rowSchema>;

export const DELETED = 2;

/** The status of this person; null where the row does not show it. */
export function partOf(row: ScheduleRow, person: string): number | null {
  return entryOfPerson([row, ...(row.participants ?? [])], person)?.workStatus ?? null;
}

export function isCreator(row: ScheduleRow, person: string): boolean {
  return entryOfPerson<Pick<ScheduleRow, "openid">>([row, ...(row.participants ?? [])], person) === row;
}

/** The row in an answer of `detail`; null if it is none. */
export function rowOf(data: unknown): ScheduleRow | null {
  const row = rowSchema.safeParse(data);
  return row.success ? row.data : null;
}

/**
 * The rows of a list; null where it is not understood. A list in which no row has the fields by which schedules
 * are recognised has changed its shape: it would otherwise prove the absence of everything.
 */
export function rowsOf(data: unknown): ScheduleRow[] | null {
  const rows = z.array(rowSchema).safeParse(data);
  if (!rows.success) return null;
  const isKnownShape = rows.data.length === 0 || rows.data.some(isRecognisable);
  return isKnownShape ? rows.data : null;
}

/** The readable rows of a list in which others are not readable. They show what is there, and prove no absence. */
export function readableRowsOf(data: unknown): ScheduleRow[] {
  return Array.isArray(data) ? data.map(rowOf).filter((row) => row !== null) : [];
}

function isRecognisable({ openid, content, startDate, endDate }: ScheduleRow): boolean {
  return openid !== null && content !== null && startDate !== null && endDate !== null;
}

/** No schedule is older than this: an earlier time comes from a clock that was never set. */
const FIRST_SCHEDULES_MS = Date.UTC(2012, 0);

/** When the schedule was created; null where the platform does not show it. The time in an id does not count. */
export function createdAt({ createDate }: ScheduleRow): number | null {
  return createDate === null || createDate < FIRST_SCHEDULES_MS ? null : createDate;
}

const texts = new WeakMap<ScheduleRow, string>();

/** The row's text in canonical form (`same-text.ts`); null where it shows none. */
export function textOf(row: ScheduleRow): string | null {
  if (row.content === null) return null;
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = canonicalText(row.content);
  texts.set(row, text);
  return text;
}
