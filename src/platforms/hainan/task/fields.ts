/**
 * The rules of document 003 for fields. What the platform takes as text may come in its own type: a flag as a
 * boolean, a level as a number, a person as an object.
 */
import { z } from "zod";
import { textOrWholeNumber } from "../../parse-payload.ts";

const MOST_OF_SUBJECT = 200;
const MOST_OF_URL = 1_000;

export const text = z.string().min(1, "expected a text that is not empty");

/** An id: a text in the document, but often a number, of any length, in business systems. */
export const id = textOrWholeNumber.meta({ anyOf: [{ type: "string", minLength: 1 }, { type: "integer" }] });

export const subject = text.refine((value) => lengthOf(value) <= MOST_OF_SUBJECT, {
  error: `expected at most ${MOST_OF_SUBJECT} characters`,
});

/** A page after `#` has its parameters there, so any `name` after a question mark will do. */
export const link = z
  .string()
  .regex(
    /^https?:\/\/[^\s?]+\?\S+$/i,
    "expected a GET URL with parameters, like https://oa.example/todo?id=1",
  )
  .refine((value) => lengthOf(value) <= MOST_OF_URL, { error: `expected at most ${MOST_OF_URL} characters` });

export const flag = z.union([z.boolean(), z.enum(["true", "false"])], { error: "expected true or false" });

/** `{"imgId":"","name":"张三"}`, as an object or as JSON in a text. */
export const person = z.union([z.looseObject({}), z.string().refine(isJsonObject)], {
  error: "expected an object like {imgId, name}, or the same as JSON in a text",
});

export const dueTime = z.string().refine(isMoment, {
  error: "expected a time that exists, as yyyy-MM-dd HH:mm:ss",
});

const notifyType = z.enum(["app", "notification"]);

export const notifyTypes = z.union(
  [
    z.array(notifyType).min(1),
    z.string().refine((value) => typesIn(value).every((type) => notifyType.safeParse(type).success)),
  ],
  { error: "expected app or notification or both, as a list or joined by a comma" },
);

/** The types in a comma-separated text; spaces around them are dropped. */
export function typesIn(joined: string): string[] {
  return joined.split(",").map((type) => type.trim());
}

export const notifyLevel = z.union([z.int().min(0).max(4), z.string().regex(/^[0-4]$/)], {
  error: "expected 0 to 4",
});

export const openType = z.enum(["pc_slide", "ddtab"], { error: "expected pc_slide or ddtab" });

/** The length in characters (code points), not in UTF-16 units. */
function lengthOf(value: string): number {
  return Array.from(value).length;
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    // Not JSON, so not an object.
    return false;
  }
}

function isMoment(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return false;
  const iso = `${value.replace(" ", "T")}.000Z`;
  const at = Date.parse(iso);
  // JavaScript reads 2024-02-30 as 1 March: only a date that exists is written back unchanged.
  return !Number.isNaN(at) && new Date(at).toISOString() === iso;
}
