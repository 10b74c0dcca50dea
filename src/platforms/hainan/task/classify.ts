/**
 * Classifies the answers of the task centre: one table (document 003; docs/platforms/hainan.md, "Tasks").
 *
 * There are two `success` fields: the gateway's and, inside `content`, that of the task centre. If either is
 * false, the call is refused. No codes are published, so the code does not matter. A repeated bizTaskId may be
 * answered with success and an empty `content.data` (seen on the same product elsewhere): what that means
 * depends on earlier sends, and the caller decides it.
 */
import { z } from "zod";
import { saysOtherwise, successIn, tellsOfTrouble } from "../../beside-success.ts";
import { parseBody } from "../../classify-http.ts";

export interface CreatedTask {
  readonly taskUuid: string;
  /** Null if the answer does not name it. */
  readonly packageUuid: string | null;
  readonly bizTaskId: string | null;
  /** What the platform shows of the task, so that a task of somebody else is noticed. */
  readonly subject: string | null;
  readonly assigneeId: string | null;
}

export type Reply =
  | { readonly kind: "created"; readonly task: CreatedTask }
  /** Success without any data. */
  | { readonly kind: "empty" }
  /** Success with data that names no task. */
  | { readonly kind: "unnamed" }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "unreadable" };

const success = z.unknown().optional().transform(successIn);
const word = z.union([z.string(), z.number()]).nullish().catch(null);

const contentSchema = z.looseObject({
  success,
  responseCode: word,
  responseMessage: word,
  data: z.unknown().optional(),
});
const replySchema = z.looseObject({
  success,
  content: z.preprocess(inside, contentSchema.nullish().catch(null)),
  errorCode: word,
  code: word,
  errorMsg: word,
  error: word,
  message: word,
  msg: word,
});

export function classifyBody(body: unknown): Reply {
  const reply = replySchema.safeParse(body);
  if (!reply.success) return { kind: "unreadable" };
  const { content, code, error, message, msg } = reply.data;
  const errorCode = wordOf(reply.data.errorCode, code);
  const errorMsg = wordOf(reply.data.errorMsg, error, message, msg);
  if (reply.data.success === null) return { kind: "unreadable" };
  if (!reply.data.success || content?.success === false) {
    const code = wordOf(content?.responseCode, errorCode);
    const text = wordOf(content?.responseMessage, errorMsg);
    if (saysOtherwise(code, text)) return { kind: "unreadable" };
    return { kind: "refused", code: code ?? "none", text: (text ?? "no text").slice(0, LONGEST_TEXT) };
  }
  if (content == null) return { kind: "unreadable" };
  const told = classifyData(content.data);
  if (told.kind === "created") return told;
  // If no task is named, words of trouble beside the success may be the reason.
  const words = [content.responseCode, content.responseMessage, errorCode, errorMsg];
  return tellsOfTrouble(...words) ? { kind: "unreadable" } : told;
}

const LONGEST_TEXT = 200;

const uuid = z.union([z.string().min(1), z.int()]).transform(String);
/**
 * The table in the document can be read in two ways: a field `assigneeUserInfo`, or a field `assignee` of type
 * UserInfoDTO.
 */
const person = z
  .looseObject({ userId: uuid.nullish().catch(null) })
  .nullish()
  .catch(null);
const taskSchema = z.looseObject({
  taskUuid: uuid,
  packageUuid: uuid.nullish().catch(null),
  bizTaskId: uuid.nullish().catch(null),
  subject: z.string().nullish().catch(null),
  assigneeUserInfo: person,
  assignee: person,
});

function classifyData(given: unknown): Reply {
  const data = inside(given);
  if (isEmpty(data)) return { kind: "empty" };
  const task = taskSchema.safeParse(data);
  if (!task.success) return { kind: "unnamed" };
  const { taskUuid, packageUuid = null, bizTaskId = null, subject = null } = task.data;
  const { assigneeUserInfo, assignee } = task.data;
  const assigneeId = assigneeUserInfo?.userId ?? assignee?.userId ?? null;
  return { kind: "created", task: { taskUuid, packageUuid, bizTaskId, subject, assigneeId } };
}

/** Parses an object that comes as a JSON text, as objects do in the request; any other value as it is. */
function inside(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*(?:[[{]|null\s*$)/.test(value)) return value;
  const parsed = parseBody(value);
  return parsed === undefined ? value : parsed;
}

/** Null, or an object without values: a DTO with its defaults. */
function isEmpty(data: unknown): boolean {
  if (data == null || data === false || (typeof data === "string" && data.trim() === "")) return true;
  return typeof data === "object" && Object.values(data).every(isEmpty);
}

/** The first that is not empty. */
function wordOf(...words: readonly (string | number | null | undefined)[]): string | null {
  const word = words.find((each) => each != null && each !== "");
  return word == null ? null : String(word);
}
