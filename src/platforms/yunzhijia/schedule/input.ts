/**
 * Payloads of Yunzhijia schedules, in the document's own fields. Unknown fields pass through.
 *
 * `of` is ours and never sent: the key of the delivery that created the schedule, in place of its id.
 */
import { z } from "zod";
import { changesNullsAlone } from "../../passes-unchanged.ts";
import { shanghaiDay } from "./days.ts";
import { details, LEAST_MS, moment, noRepeatEnd, repeat, repeatAlsoAsText, text, texts } from "./fields.ts";

/** The fields of all operations that are read here. What an operation requires is in its schema. */
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
  readonly actors?: readonly string[];
  readonly addActors?: readonly string[];
  readonly delActors?: readonly string[];
  readonly repeat?: number | string;
  readonly repeatEndDate?: number;
  readonly batchId?: string;
  readonly [field: string]: unknown;
}

const created = {
  openid: text,
  content: text,
  startDate: moment,
  endDate: moment,
  actors: texts.nullish(),
  ...details,
};

const name = { openid: text, id: text.nullish(), of: text.nullish() };

const changed = {
  ...name,
  content: text.nullish(),
  startDate: moment.nullish(),
  endDate: moment.nullish(),
  addActors: texts.nullish(),
  delActors: texts.nullish(),
  ...details,
};

/** The known optional fields: only in these does `null` count as absent. */
const OPTIONAL = new Set(
  "id ids of content startDate endDate actors addActors delActors repeat repeatEndDate batchId"
    .split(" ")
    .concat(Object.keys(details)),
);

function withoutNulls(given: object): ScheduleInput {
  const fields = Object.entries(given).filter(([field, value]) => value !== null || !OPTIONAL.has(field));
  return Object.fromEntries(fields) as unknown as ScheduleInput;
}

const nullsLeftOut = changesNullsAlone(withoutNulls);

// Each of these rules reads only its own fields, so it runs whatever else is wrong with the payload.
const always = { when: () => true };
const forwards = {
  ...always,
  path: ["endDate"],
  error: "expected an endDate that is not before startDate",
};
const endsLater = {
  ...always,
  path: ["repeatEndDate"],
  error: "expected a repeatEndDate that is not before the day of startDate",
};
const endOfSeries = { ...always, path: ["repeatEndDate"], error: noRepeatEnd };
const noId = { ...always, path: ["id"], error: "expected id, or of with the key of the create" };
const twoIds = { ...always, path: ["of"], error: "expected either id or of, not both" };
const noIds = { ...always, path: ["ids"], error: "expected ids, or of with the key of the create" };
const twoKindsOfIds = { ...always, path: ["of"], error: "expected either ids or of, not both" };
const noChange = { ...always, error: "expected at least one field to change" };

export const createInput = z
  .looseObject({ ...created, repeat: repeat.nullish(), repeatEndDate: moment.nullish() })
  .refine(isForwards, forwards)
  .refine(endsAfterItsStart, endsLater)
  .transform(nullsLeftOut);

export const repeatInput = z
  .looseObject({ ...created, repeat, repeatEndDate: moment.nullish() })
  .refine(isForwards, forwards)
  .refine(endsAfterItsStart, endsLater)
  .refine((input) => valueOf(input, "repeat") === 0 || has(input, "repeatEndDate"), endOfSeries)
  .transform(nullsLeftOut);

export const modifyInput = z
  .looseObject(changed)
  .refine(isForwards, forwards)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds)
  .refine(changesSomething, noChange)
  .transform(nullsLeftOut);

export const batchModifyInput = z
  .looseObject({
    ...changed,
    actors: texts.nullish(),
    repeat: repeatAlsoAsText.nullish(),
    repeatEndDate: moment.nullish(),
    batchId: z.string().nullish(),
  })
  .refine(isForwards, forwards)
  .refine(endsAfterItsStart, endsLater)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds)
  .refine(changesSomething, noChange)
  .transform(nullsLeftOut);

export const nameInput = z
  .looseObject(name)
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds)
  .transform(nullsLeftOut);

export const batchDeleteInput = z
  .looseObject({ ...name, batchId: z.string().nullish() })
  .refine((input) => has(input, "id") || has(input, "of"), noId)
  .refine((input) => !(has(input, "id") && has(input, "of")), twoIds)
  .transform(nullsLeftOut);

export const deleteInput = z
  .looseObject({
    openid: text,
    ids: texts
      .min(1, "expected at least one id")
      .refine((ids) => new Set(ids).size === ids.length, { error: "expected each id once" })
      .nullish(),
    of: text.nullish(),
  })
  .refine((input) => has(input, "ids") || has(input, "of"), noIds)
  .refine((input) => !(has(input, "ids") && has(input, "of")), twoKindsOfIds)
  .transform(nullsLeftOut);

function valueOf(input: unknown, field: string): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  return (input as Readonly<Record<string, unknown>>)[field];
}

function has(input: unknown, field: string): boolean {
  return valueOf(input, field) != null;
}

/** The time in a field; null where the field's own rule has refused it already. */
function timeOf(input: unknown, field: string): number | null {
  const value = valueOf(input, field);
  return typeof value === "number" && value >= LEAST_MS ? value : null;
}

/** The platform accepts no schedule that ends before it starts. */
function isForwards(input: unknown): boolean {
  const [start, end] = [timeOf(input, "startDate"), timeOf(input, "endDate")];
  return start === null || end === null || start <= end;
}

/** The last day of a series may be given as its midnight. */
function endsAfterItsStart(input: unknown): boolean {
  const [start, end] = [timeOf(input, "startDate"), timeOf(input, "repeatEndDate")];
  return start === null || end === null || shanghaiDay(start) <= shanghaiDay(end);
}

/** Fields that name who and what is meant, not what is to change. */
const NAMES = new Set(["openid", "id", "of", "batchId"]);

/** The fields of a modification that ask for a change. */
export function changedFields(input: object): string[] {
  return Object.entries(input)
    .filter(([field, value]) => !NAMES.has(field) && !isNothing(field, value))
    .map(([field]) => field);
}

/** Whether a field asks for no change. An empty list of `actors` asks for one: it removes everybody. */
function isNothing(field: string, value: unknown): boolean {
  return value == null || (Array.isArray(value) && value.length === 0 && field !== "actors");
}

function changesSomething(input: unknown): boolean {
  return typeof input !== "object" || input === null || changedFields(input).length > 0;
}
