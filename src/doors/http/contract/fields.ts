/**
 * Fields that several calls have.
 */
import { z } from "zod";
import { REQUEST_LIMIT_BYTES } from "../../../operations/budgets.ts";
import { EXPORT_FORMATS } from "../../../operations/export.ts";
import type { AnswerSpec, Call } from "../call.ts";

const KIB = 1024;
export const SMALL_BODY = 16 * KIB;
/** The largest payload of all is that of `task.create`, 1 MiB; the others are refused by their own limit. */
export const ONE_BODY = REQUEST_LIMIT_BYTES;
export const BATCH_BODY = REQUEST_LIMIT_BYTES;

export const call = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(spec: Call<P, Q, B>) =>
  spec;
export const ok = (schema: z.ZodType, description: string): Record<200, AnswerSpec> => ({
  200: { description, schema },
});

export const none = z.strictObject({});
export const id = z.strictObject({ id: z.string().min(1).max(64) });
export const name = z.strictObject({ name: z.string().min(1).max(64) });
export const note = z.string().min(1).max(1_000);
export const optionalNote = z
  .strictObject({ note: note.optional() })
  .meta({ id: "NoteRequest", description: "The reason, for the audit." })
  .optional();
export const accountName = z.string().min(1).max(64);
export const operation = z.string().min(1).max(64);
/** In a query everything is text. */
export const wholeNumber = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z.coerce.number(expected).int(expected).min(least, expected).max(most, expected);
};
export const limit = wholeNumber(1, 500).default(50);
export const exportFormat = z.enum(EXPORT_FORMATS).default("jsonl");
export const cursor = z.string().min(1).max(512);
