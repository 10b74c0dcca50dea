/**
 * Classifies one answer of checkcreatetodo: one table (docs/platforms/yunzhijia.md, "Todos", checkcreatetodo).
 *
 * Only the counts decide. `check` does not: document 000 explains it as "success" or "failure", and the counts
 * (0,0) as "the todo was not created", so for an absent todo an installation may answer either. An error text
 * or code, wherever it stands, means that nothing was looked up: a Java server's default values beside it are
 * `false, 0, 0`. Any other message beside zeros may mean the same.
 */
import { codeIn, oddCode, saysError, saysMore, successIn } from "../../beside-success.ts";
import { parseBody } from "../../classify-http.ts";
import { fieldsOf } from "./reply.ts";

export type TodoSighting =
  | { readonly kind: "absent" | "undone" | "done" }
  /** Over its limit the check answers success with an `errormsg` in its data: it has looked nothing up. */
  | { readonly kind: "throttled" }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "unreadable"; readonly detail: string };

/** The todo that the platform was asked about. */
export interface AskedTodo {
  readonly appId: string;
  readonly sourceId: string;
  readonly openId: string;
}

/** @param asked an answer about another todo, or about another person's, shows nothing */
export function classifyCheck(body: unknown, asked: AskedTodo): TodoSighting {
  const reply = fieldsOf(body);
  const success = successIn(reply?.success);
  if (reply === null || success === null) return unreadable("the answer is not understood");
  const code = codeIn(reply);
  if (!success) return { kind: "refused", code: code ?? "none" };
  const shown = fieldsOf(inside(reply["data"]));
  if (shown !== null && saysError(shown)) return { kind: "throttled" };
  if (saysError(reply)) return unreadable("the answer says success beside an error text");
  const odd = oddCode(code) ?? oddCode(shown === null ? null : codeIn(shown));
  if (odd !== null) return unreadable(`the answer says success with code ${odd}`);
  if (shown === null) return unreadable("the answer is not understood");
  if (!isAbout(shown, asked)) return unreadable("the answer is about another todo");
  const sighting = byCounts(shown["dealCount"], shown["undelCount"]);
  const isDoubtful = sighting.kind === "absent" && [shown, reply].some(saysMore);
  return isDoubtful ? unreadable("the answer has a text beside counts of zero") : sighting;
}

/** The object in `data`, also where it comes as a JSON text or as the only item of a list. */
function inside(data: unknown): unknown {
  const value = typeof data === "string" ? parseBody(data) : data;
  return Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
}

/** Some servers leave out zeros: a missing count beside a positive one is 0. Two missing counts show nothing. */
function byCounts(dealCount: unknown, undelCount: unknown): TodoSighting {
  const [done, undone] = [countBeside(dealCount, undelCount), countBeside(undelCount, dealCount)];
  if (done === null || undone === null) return unreadable("the answer has no counts");
  if (done > 0 && undone > 0) return unreadable("the counts say both done and not done");
  if (done > 0) return { kind: "done" };
  return { kind: undone > 0 ? "undone" : "absent" };
}

function unreadable(detail: string): TodoSighting {
  return { kind: "unreadable", detail };
}

function countBeside(value: unknown, other: unknown): number | null {
  return value == null && (countOf(other) ?? 0) > 0 ? 0 : countOf(value);
}

/** A whole number, or a text with one. Anything else, an empty text included, is no count. */
function countOf(value: unknown): number | null {
  if (typeof value === "string") return /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : null;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Whether the answer names what was asked about, or leaves the names out. The document has none for the person. */
function isAbout(shown: Shown, { appId, sourceId, openId }: AskedTodo): boolean {
  return (
    isSameOrNone(shown["sourceid"], sourceId) &&
    isSameOrNone(shown["appid"], appId) &&
    ["openid", "openId"].every((name) => isSameOrNone(shown[name], openId))
  );
}

function isSameOrNone(shown: unknown, asked: string): boolean {
  if (typeof shown === "string") return shown.trim() === "" || shown.trim() === asked.trim();
  // A number may have lost leading zeros, and digits.
  return typeof shown !== "number" || shown === Number(asked);
}

type Shown = Readonly<Record<string, unknown>>;
