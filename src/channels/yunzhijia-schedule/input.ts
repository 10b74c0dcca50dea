/**
 * Payloads of Yunzhijia schedules, in the document's own fields (document 002; newer options from
 * PLATFORMS, "Yunzhijia: schedules"). Unknown fields pass through.
 *
 * `of` is ours and never sent: the key of the delivery that created the schedule, in place of its id.
 */
import { z } from "zod";

/** The fields that are read here, of all operations; what an operation requires is in its schema. */
export interface ScheduleInput {
  readonly openid: string;
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly of?: string;
  readonly content?: string;
  readonly startDate?: number;
  readonly endDate?: number;
  readonly noticeTime?: number;
  readonly noticeTimes?: readonly number[];
  readonly addActors?: readonly string[];
  readonly delActors?: readonly string[];
  readonly repeat?: number | string;
  readonly repeatEndDate?: number;
  readonly batchId?: string;
  readonly [field: string]: unknown;
}

const text = z.string().min(1, "expected a text that is not empty");
const texts = z.array(text);
const moment = z.int("expected a time in milliseconds since 1970");
const repeat = z.int().min(0, "expected 0 to 5").max(5, "expected 0 to 5");

const optional = {
  noticeTime: z.int().exactOptional(),
  /** Newer revision: in place of `noticeTime`. */
  noticeTimes: z.array(z.int()).exactOptional(),
  topState: z.union([z.literal(0), z.literal(1)], { error: "expected 0 or 1" }).exactOptional(),
  submitExperience: z.boolean().exactOptional(),
  /** Newer revision: free text, returned by the lists. */
  channel: z.string().exactOptional(),
};

const created = {
  openid: text,
  content: text,
  startDate: moment,
  endDate: moment,
  actors: texts.exactOptional(),
  ...optional,
};

const changed = {
  openid: text,
  id: text.exactOptional(),
  of: text.exactOptional(),
  content: text.exactOptional(),
  startDate: moment.exactOptional(),
  endDate: moment.exactOptional(),
  addActors: texts.exactOptional(),
  delActors: texts.exactOptional(),
  ...optional,
};

const named = { openid: text, id: text.exactOptional(), of: text.exactOptional() };

// Each of these looks at its own fields alone, so it runs whatever else is wrong with the payload.
const always = { when: () => true };
const forwards = {
  ...always,
  path: ["endDate"],
  error: "expected an endDate that is not before startDate",
};
const noId = { ...always, path: ["id"], error: "expected id, or of with the key of the create" };
const twoIds = { ...always, path: ["of"], error: "expected either id or of, not both" };
const noIds = { ...always, path: ["ids"], error: "expected ids, or of with the key of the create" };
const twoKindsOfIds = { ...always, path: ["of"], error: "expected either ids or of, not both" };

export const createInput = z
  .looseObject({ ...created, repeat: repeat.exactOptional() })
  .refine(isForwards, forwards);

export const repeatInput = z
  .looseObject({ ...created, repeat, repeatEndDate: moment })
  .refine(isForwards, forwards);

export const modifyInput = z
  .looseObject(changed)
  .refine(isForwards, forwards)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds);

export const batchModifyInput = z
  .looseObject({
    ...changed,
    actors: texts.exactOptional(),
    /** A number in the document's table, a text in its example. */
    repeat: z.union([repeat, z.string().regex(/^[0-5]$/)], { error: "expected 0 to 5" }).exactOptional(),
    repeatEndDate: moment.exactOptional(),
    batchId: z.string().exactOptional(),
  })
  .refine(isForwards, forwards)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds);

export const nameInput = z
  .looseObject(named)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds);

export const batchDeleteInput = z
  .looseObject({ ...named, batchId: z.string().exactOptional() })
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds);

export const deleteInput = z
  .looseObject({
    openid: text,
    ids: texts
      .min(1, "expected at least one id")
      .refine((ids) => new Set(ids).size === ids.length, { error: "expected each id once" })
      .exactOptional(),
    of: text.exactOptional(),
  })
  .refine((input) => has(input, "ids") || has(input, "of"), noIds)
  .refine((input) => !(has(input, "ids") && has(input, "of")), twoKindsOfIds);

function has(input: unknown, field: string): boolean {
  return typeof input === "object" && input !== null && field in input;
}

/** The platform has no schedule that ends before it starts. */
function isForwards(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return true;
  const { startDate, endDate } = input as Record<string, unknown>;
  return typeof startDate !== "number" || typeof endDate !== "number" || startDate <= endDate;
}
