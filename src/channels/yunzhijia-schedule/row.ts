/**
 * A schedule as the lists and `detail` show it (document 002, teamWorks and queryByDay).
 *
 * Only the id must be there: fields that a row lacks are null, and what is null matches nothing.
 */
import { z } from "zod";
import { momentOfId } from "./days.ts";

const long = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish()
  .transform((value) => value ?? null)
  .catch(null);
const words = z
  .string()
  .nullish()
  .transform((value) => value ?? null)
  .catch(null);

const rowSchema = z.object({
  id: z.string().min(1),
  /** The creator. */
  openid: words,
  content: words,
  startDate: long,
  endDate: long,
  createDate: long,
  noticeTime: long,
  /** The creator's: 0 to do, 1 done, 2 deleted. */
  workStatus: long,
  /** `detail` alone shows these. */
  noticeTimes: z.array(z.number()).nullable().catch(null),
  participants: z
    .array(z.object({ openid: z.string(), workStatus: long }))
    .nullable()
    .catch(null),
});

export type ScheduleRow = z.infer<typeof rowSchema>;

export const DELETED = 2;

/** The row of `detail`; null if that is not one. */
export function rowOf(data: unknown): ScheduleRow | null {
  const row = rowSchema.safeParse(data);
  return row.success ? row.data : null;
}

/**
 * The rows of a list; null where it is not understood. A list without a single row that shows what
 * schedules are recognised by has changed its shape, and would prove absence of everything.
 */
export function rowsOf(data: unknown): ScheduleRow[] | null {
  const rows = z.array(rowSchema).safeParse(data);
  if (!rows.success) return null;
  const isKnownShape = rows.data.length === 0 || rows.data.some(isRecognisable);
  return isKnownShape ? rows.data : null;
}

function isRecognisable({ openid, content, startDate, endDate }: ScheduleRow): boolean {
  return openid !== null && content !== null && startDate !== null && endDate !== null;
}

export function createdAt({ createDate, id }: ScheduleRow): number | null {
  return createDate ?? momentOfId(id);
}
