/**
 * Classifies Yunzhijia's answers to sends of todos: one table (docs/platforms/yunzhijia.md, "Todos", Modes).
 *
 * Quirks: `success` is `"true"`, `true`, `"false"` or `false`; `errorCode: 0` may be a failure; `data`
 * may be an object, an array or a string.
 */
import { EVERYBODY } from "../../../delivery/ledger.ts";
import type { Refusal } from "../../../delivery/outcome.ts";
import { isDoubtfulSuccess, isPassingTrouble, saysOtherwise, successIn } from "../../beside-success.ts";
import { nameCredentials, type RefusalWords } from "../../refused-credentials.ts";
import { fieldsOf } from "./reply.ts";
import { namedOpenIds } from "./named-openids.ts";

/** What the body of the answer to a send says, whatever the mode of the call. */
export type Verdict =
  | {
      readonly kind: "taken";
      readonly refused: readonly Refusal[];
      /** True for a reply in sync mode. The asynchronous reply only says "received". */
      readonly isVerdict: boolean;
    }
  | { readonly kind: "busy"; readonly code: string }
  /** Refused, and perhaps stored in part: only a check tells. */
  | { readonly kind: "ambiguous"; readonly code: string; readonly text: string }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  /** A refusal with a code in no table: believed only with a fresh token. */
  | { readonly kind: "unknownCode"; readonly code: string; readonly text: string }
  | { readonly kind: "unreadable" };

/** @param targets the recipients of the call; `*` where it named none */
export function classifyBody(body: unknown, targets: readonly string[]): Verdict {
  const reply = fieldsOf(body);
  const success = successIn(reply?.success);
  if (reply === null || success === null) return { kind: "unreadable" };
  const { data, error, errorCode } = reply;
  const code = typeof errorCode === "string" || Number.isFinite(errorCode) ? String(errorCode) : "";
  const text = textOf(error, data);
  if (success) {
    if (isDoubtfulSuccess(reply)) return { kind: "ambiguous", code, text };
    // An installation that does not know `sync` ignores it, and answers with success and code 0.
    return { kind: "taken", refused: [], isVerdict: code === "200" && !namesOneOf(targets, data) };
  }
  switch (code) {
    case "202":
      return { kind: "busy", code };
    case "501":
    case "502":
      return someFailed(data, { code, targets }) ?? { kind: "ambiguous", code, text };
    case "404":
      // A wrong openId or a fault of the platform: the answer does not tell which.
      return { kind: "ambiguous", code, text };
    case "1":
    case "203":
    case "505":
      return { kind: "refused", code, text };
    case "0":
      return isParameterError(data) ? { kind: "refused", code, text } : undocumented({ code, text }, error);
    default:
      return undocumented({ code, text }, error);
  }
}

function undocumented(words: RefusalWords, error: unknown): Verdict {
  if (saysOtherwise(words.code, typeof error === "string" ? error : null)) return { kind: "unreadable" };
  const isPassing = isPassingTrouble(words) && !nameCredentials(words);
  return { kind: isPassing ? "ambiguous" : "unknownCode", ...words };
}

/** `data:"param error:'sourceId' is null."` is the documented shape of a missing parameter. */
function isParameterError(data: unknown): boolean {
  return typeof data === "string" && data.startsWith("param error");
}

/**
 * Some recipients are refused, the others go on. Null where no recipient of this call is named: then it is open
 * which of them failed. Where the named ones are no plain list of targets, the others must be checked.
 */
function someFailed(
  data: unknown,
  { code, targets }: { readonly code: string; readonly targets: readonly string[] },
): Verdict | null {
  const { ids, isList } = namedOpenIds(data);
  if (targets.includes(EVERYBODY)) {
    const who =
      isList && ids.length > 0 ? `some members failed: ${ids.slice(0, 5).join(", ")}` : "some members failed";
    return { kind: "refused", code, text: who.slice(0, LONGEST_TEXT) };
  }
  const failed = targets.filter((target) => ids.includes(target));
  if (failed.length === 0) return null;
  const isVerdict = isList && ids.every((id) => targets.includes(id));
  const refused = failed.map((recipient) => ({
    recipient,
    code,
    text: "the platform does not know this openId",
  }));
  return { kind: "taken", refused, isVerdict };
}

/** A verdict for all recipients names none of them. */
function namesOneOf(targets: readonly string[], data: unknown): boolean {
  const { ids } = namedOpenIds(data);
  return targets.some((target) => ids.includes(target));
}

const LONGEST_TEXT = 200;

/** The platform's own words; `data` of an unexpected shape is left out, because it may hold payload values. */
function textOf(error: unknown, data: unknown): string {
  const said =
    typeof error === "string" && error !== "" ? error : typeof data === "string" ? data : "no text";
  return said.slice(0, LONGEST_TEXT);
}
