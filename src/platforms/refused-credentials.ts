/**
 * Whether a refusal is about the credentials, rather than about what was sent.
 *
 * No platform publishes how it refuses an expired token, an old signature or a withdrawn right. So status, code
 * and text are read, but only to be more careful: a refusal that may be about the credentials decides nothing
 * about a delivery until another call with the same credentials was accepted.
 */
import { successIn } from "./beside-success.ts";
import { parseBody } from "./classify-http.ts";
import type { PlatformAnswer } from "./platform-http.ts";

/** The code and text of a refusal, as the platform gives them. */
export interface RefusalWords {
  readonly code: string;
  readonly text: string;
}

const CODES: ReadonlySet<string> = new Set(["401", "403"]);
const WORDS =
  /token|令牌|凭证|凭据|un-?auth(?:ori[sz]ed|enticated)|authenti|not logged in|未授权|未认证|未登录|鉴权|认证失败|(?:授权|登录(?!名|账号|帐号|手机)|会话|身份(?:认证|验证|信息))[^,，。;；]{0,6}(?:失败|过期|失效|无效|超时)|(?:重新|请先)登录|session[^,.;]{0,12}(?:expired|invalid|timed? ?out)|log ?in again|please log ?in|signature|签名|(?:access|secret|api|app)[ _-]?key|app[ _-]?secret/i;

export function isUnauthorized(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && (answer.status === 401 || answer.status === 403);
}

/** Whether these words may be about the credentials. */
export function nameCredentials({ code, text }: RefusalWords): boolean {
  return CODES.has(code) || WORDS.test(code) || WORDS.test(text);
}

/** Whether this answer may refuse the credentials, by its status or by its words. */
export function mayRefuseCredentials(answer: PlatformAnswer): boolean {
  if (isUnauthorized(answer)) return true;
  const words = refusalIn(answer);
  return words !== null && nameCredentials(words);
}

/** The code and text of a refusal, whatever its shape; null if the answer is no refusal. */
export function refusalIn(answer: PlatformAnswer): RefusalWords | null {
  const said = partsOf(answer);
  if (!said.some(({ success }) => successIn(success) === false)) return null;
  const text = first(said, TEXT_FIELDS) ?? "";
  return { code: first(said, CODE_FIELDS) ?? "none", text: text.slice(0, LONGEST_TEXT) };
}

/** Whether the answer reports success, without a contradiction beside it. */
export function isSuccess(answer: PlatformAnswer): boolean {
  const said = partsOf(answer);
  return said.some(({ success }) => successIn(success) === true) && refusalIn(answer) === null;
}

const LONGEST_TEXT = 200;

interface Part extends Readonly<Record<string, unknown>> {
  readonly success?: unknown;
}

/** The objects of the answer: first that in `content`, where a gateway wraps another answer, then the outer one. */
function partsOf(answer: PlatformAnswer): readonly Part[] {
  if (answer.kind !== "answered" || answer.status >= 300) return [];
  const body = objectIn(parseBody(answer.text));
  return [objectIn(body?.["content"]), body].filter((part) => part !== null);
}

const CODE_FIELDS = ["responseCode", "errorCode", "code"];
const TEXT_FIELDS = ["responseMessage", "error", "errorMsg", "message", "msg", "data"];

function first(parts: readonly Part[], names: readonly string[]): string | null {
  for (const part of parts) {
    for (const name of names) {
      const value = part[name];
      if (typeof value === "number" || (typeof value === "string" && value !== "")) return String(value);
    }
  }
  return null;
}

function objectIn(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}

/** Codes that a server gives for any error: the texts must be equal as well. */
const GENERIC: ReadonlySet<string> = new Set(["none", "0", "1", "-1", "400", "500"]);

/**
 * Whether two different calls were refused in the same way. Then what they have in common was refused: the
 * credentials.
 */
export function isSameRefusal(one: RefusalWords, other: RefusalWords): boolean {
  if (one.code !== other.code) return false;
  return !GENERIC.has(one.code) || withoutNumbers(one.text) === withoutNumbers(other.text);
}

/** Removes times and trace ids, which differ between answers. */
function withoutNumbers(text: string): string {
  return text.replace(/[0-9a-f]*\d[0-9a-f]*/gi, "");
}
