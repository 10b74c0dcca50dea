/**
 * Classifies Yunzhijia's answers about schedules (document 002).
 *
 * No error codes are published: `success: false` is a refusal, whatever its code. `success` is a boolean here;
 * the todos' `"true"` is understood as well.
 */
import { z } from "zod";
import { isDoubtfulSuccess, isPassingTrouble, saysOtherwise, successIn } from "../../beside-success.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { parseBody } from "../../classify-http.ts";
import { isUnauthorized, nameCredentials } from "../../refused-credentials.ts";

const replySchema = z.object({
  success: z.unknown().optional().transform(successIn),
  errorCode: z.union([z.number(), z.string()]).nullish().catch(null),
  error: z.string().nullish().catch(null),
  data: z.unknown().optional(),
});

type Reply =
  /** `isDoubtful`: success beside an error text or a code. */
  | { readonly kind: "taken"; readonly data: unknown; readonly isDoubtful: boolean }
  /** `isPassing`: the platform is busy or has failed, perhaps after it stored the schedule. */
  | { readonly kind: "refused"; readonly code: string; readonly text: string; readonly isPassing: boolean }
  | { readonly kind: "unreadable" };

const LONGEST_TEXT = 200;

export function classifyBody(body: unknown): Reply {
  const reply = replySchema.safeParse(body);
  if (!reply.success || reply.data.success === null) return { kind: "unreadable" };
  const { success, errorCode, error, data } = reply.data;
  if (success) return { kind: "taken", data, isDoubtful: isDoubtfulSuccess(body as Record<string, unknown>) };
  if (saysOtherwise(errorCode == null ? null : String(errorCode), error ?? null))
    return { kind: "unreadable" };
  const said = (error ?? "").slice(0, LONGEST_TEXT);
  const words = { code: String(errorCode ?? "none"), text: said === "" ? "no text" : said };
  return { kind: "refused", ...words, isPassing: isPassingTrouble(words) && !nameCredentials(words) };
}

const replies = new WeakMap<PlatformAnswer, Reply>();

/** The classified body of an answer. A list may be half a megabyte, so it is read only once. */
export function replyOf(answer: PlatformAnswer): Reply {
  const known = replies.get(answer);
  if (known !== undefined) return known;
  const reply = classifyBody(answer.kind === "answered" ? parseBody(answer.text) : undefined);
  replies.set(answer, reply);
  return reply;
}

/** A platform's ids are text here, even where it writes numbers. */
const id = z.union([z.string().trim().min(1), z.number()]).transform(String);
const workIdSchema = z.object({ workId: id });
const workIdsSchema = z.object({ workIds: z.array(id).min(1) });

/** The ids in the answer to a create or a repeat, the parent of a series first; null if there are none. */
export function createdIds(data: unknown): readonly string[] | null {
  const one = workIdSchema.safeParse(data);
  if (one.success) return [one.data.workId];
  const many = workIdsSchema.safeParse(data);
  return many.success ? many.data.workIds : null;
}

/**
 * Whether an answer is a refusal. Codes are not published, so any code may mean that the token has expired. An
 * answer that names another trouble is no refusal: such a send may have been stored, and is not repeated before
 * a check.
 */
export function isRefusal(answer: PlatformAnswer): boolean {
  if (isUnauthorized(answer)) return true;
  if (answer.kind !== "answered" || answer.status >= 300) return false;
  const reply = replyOf(answer);
  return reply.kind === "refused" && !reply.isPassing;
}
