/**
 * What an answer says beside its "success": an error text, a code, a message. A Java server that has failed may
 * give all of them at once, together with default values for its data: zeros, an empty list, null.
 *
 * These texts are only used to be more careful: data beside an error is neither proof nor absence.
 */
type Fields = Readonly<Record<string, unknown>>;

/**
 * What a field called `success` says; null if it says neither. Servers write booleans, texts and numbers. Zero
 * does not count as a refusal: some servers use it as the code for success.
 */
export function successIn(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === 1) return true;
  if (typeof value !== "string") return null;
  if (TRUE_WORDS.test(value)) return true;
  return FALSE_WORDS.test(value) ? false : null;
}

const TRUE_WORDS = /^\s*(?:true|1|ok|y|yes|success(?:ful)?|succeeded|成功)\s*$/i;
const FALSE_WORDS = /^\s*false\s*$/i;

/** Whether an error text or a code that means none stands beside the success. */
export function isDoubtfulSuccess(given: Fields): boolean {
  return saysError(given) || oddCode(codeIn(given)) !== null;
}

const ERROR_FIELD = /^err(or)?(s|_?(msg|message|info|text|desc))?$/i;

/** Whether `error`, `errormsg`, `errMsg` or a similar field has a value. */
export function saysError(given: Fields): boolean {
  for (const name in given) if (ERROR_FIELD.test(name) && saysSomething(given[name])) return true;
  return false;
}

const MESSAGE_FIELD = /^(msg|message|reason|tips?|remark|desc(ription)?)$/i;

/**
 * Whether a message says more than "success": beside zeros it may be the reason why the platform has looked
 * nothing up.
 */
export function saysMore(given: Fields): boolean {
  for (const name in given) if (MESSAGE_FIELD.test(name) && saysSomething(given[name])) return true;
  return false;
}

const SUCCESS = String.raw`ok|success(?:ful)?(?:ly)?|(?:操作|查询|请求|处理|发送|提交)?成功`;
const NOTHING = String.raw`0+|null|nil|none|undefined|n\/a|-+|无|无错误|no error`;
/** For texts without white space around them: with `\s*` at both ends, a long run of spaces takes minutes. */
const END = String.raw`\s*[.!。！]?`;
const SUCCESS_WORDS = new RegExp(`^(?:${SUCCESS})${END}$`, "i");
/** Words that report no error; an empty text included. */
const NO_ERROR_WORDS = new RegExp(`^(?:${SUCCESS}|${NOTHING})?${END}$`, "i");

function saysSomething(value: unknown): boolean {
  if (typeof value === "string") return !NO_ERROR_WORDS.test(value.trim());
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
}

/** Whether the code or the text beside `success: false` reports success: such an answer contradicts itself. */
export function saysOtherwise(code: string | null, text: string | null): boolean {
  if (text !== null && SUCCESS_WORDS.test(text.trim())) return true;
  return code === "200" && (text === null || !saysSomething(text));
}

export function codeIn(given: Fields): string | null {
  const code = given["errorCode"];
  return typeof code === "number" || (typeof code === "string" && code.trim() !== "") ? String(code) : null;
}

/** The code, unless it is another spelling of success; null if it is, or if there is none. */
export function oddCode(code: string | null): string | null {
  return code === null || code === "200" || NO_ERROR_WORDS.test(code.trim()) ? null : code.slice(0, 20);
}

const TROUBLE =
  /错误|失败|异常|繁忙|超时|稍后|频繁|拒绝|error|fail|busy|time-?out|exception|too (many|often)|limit|denied|unavailable|try (again )?later/i;

const PASSING =
  /异常|繁忙|超时|稍[后候]|频繁|限流|流控|重复(?:提交|请求|操作)|服务(?:器|暂)?(?:错误|不可用|升级)|系统(?:错误|升级|维护)|维护中|busy|time[ -]?d?[ -]?out|exception|overload|frequent|too (?:many|often)|throttl|rate[ -]?limit|flow control|unavailable|try (?:it )?(?:again|later)|internal (?:server )?error|server error|maintenance|gateway/i;
/** Words about a wrong field: this does not pass by waiting, whatever other error words stand beside it. */
const ABOUT_WHAT_WAS_SENT = /参数|格式|不能为空|不合法|argument|parameter|illegal|must not be/i;
/** Codes that platforms borrow from HTTP for a trouble that passes. */
const PASSING_CODES: ReadonlySet<string> = new Set(["408", "425", "429", "502", "503", "504"]);

/**
 * Whether an undocumented refusal may pass in a minute: the server is busy, asks to come later, or has failed.
 * It may answer so after it has stored the send: this is no verdict about what was sent, and no proof that it
 * was not stored.
 */
export function isPassingTrouble({ code, text }: { readonly code: string; readonly text: string }): boolean {
  if (PASSING_CODES.has(code)) return true;
  return !ABOUT_WHAT_WAS_SENT.test(text) && (PASSING.test(code) || PASSING.test(text));
}

/** Whether a code or a message may report an error, where no document lists them. */
export function tellsOfTrouble(...words: readonly (string | number | null | undefined)[]): boolean {
  return words.some((word) => typeof word === "string" && TROUBLE.test(word));
}
