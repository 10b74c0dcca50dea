/**
 * Turns an HTTP answer that is not a success into a `BidaError`.
 */
import { BidaError } from "./errors.ts";
import type { ProblemDocument } from "./types.ts";

/** @param isRead true if the call changes nothing */
export async function errorOf(answer: Response, isRead: boolean): Promise<BidaError> {
  const { status } = answer;
  const mayBeDone = !isRead && status >= 500;
  const retryAfterMs = retryAfter(answer.headers.get("retry-after"));
  const problem = problemOf(await answer.text().catch(() => ""));
  if (problem === null) {
    const detail = `${answer.url || "the server"} answered ${status}, but not with an answer of Bida's`;
    return new BidaError({ status, code: "notBida", detail, mayBeDone, retryAfterMs });
  }
  const { code, title, detail, errors = [], requestId, id = null } = problem;
  return new BidaError({ status, code, title, detail, mayBeDone, errors, requestId, id, retryAfterMs });
}

export function notBida(answer: Response, isRead: boolean): BidaError {
  const detail = `${answer.url || "the server"} answered ${answer.status} with something that is not JSON`;
  return new BidaError({ status: answer.status, code: "notBida", detail, mayBeDone: !isRead });
}

/**
 * The error for a call without an answer. It names only the kind of failure, never a password, the URL's query or a header.
 *
 * @param isWritten false if no request can be made: nothing was asked, and the cause may quote the key or the whole URL
 */
export function unreachable(
  error: unknown,
  { url, isRead, isWritten }: { readonly url: string; readonly isRead: boolean; readonly isWritten: boolean },
): BidaError {
  const reason = isWritten ? reasonOf(error) : "no request can be made with this URL and this key";
  const detail = `no answer from ${withoutCredentials(url)} (${reason})`;
  return new BidaError(
    { status: null, code: "unreachable", detail, mayBeDone: isWritten && !isRead },
    isWritten ? { cause: error } : {},
  );
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown cause";
  if (error.name === "TimeoutError") return "it took too long";
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error.message;
}

function problemOf(text: string): ProblemDocument | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return null;
    return "code" in parsed && "detail" in parsed ? (parsed as ProblemDocument) : null;
  } catch {
    // A page of a proxy, or an empty body.
    return null;
  }
}

/** Parses both forms of the header: seconds, and a date. In ms. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
