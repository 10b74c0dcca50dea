/**
 * Reads one of Yunzmall's lists, page by page, to its end (document 001: Laravel's paginator).
 *
 * The list may change while it is read, because pages are cut by position: a new message moves others to the
 * next page, where they are seen twice; one that is removed moves others to a page that was read already, where
 * they are missed. Duplicates are dropped by id. Missed messages are noticed by comparing the number of rows
 * with the `total` of each page; then the pass ends as `moving`: what it saw is valid, what it did not see may
 * still be there.
 */
import { classifyTransport, parseBody, retryAfterOf, type TransportOutcome } from "../../classify-http.ts";
import { classifyList, type ListAnswer } from "./classify.ts";
import type { List, ListFailure, Message, Pass, Reader, ReadPass } from "../../messages.ts";

/** Guards against a platform that never says `next_page_url: null`: 100 000 messages. */
const MOST_PAGES = 5_000;

/**
 * A read may be repeated. Without repeats, hardly any pass over twenty pages would end if one answer in ten
 * were lost.
 */
const MOST_TRIES_A_PAGE = 3;

export async function readPass(
  list: List,
  { reader, isEnough = () => false, onPage, keeps = () => onPage === undefined }: Parameters<ReadPass>[1],
): Promise<Pass> {
  const seen = new Set<string>();
  const kept = new Map<string, Message>();
  const totals = new Set<number | null>();
  let unreadable = 0;
  let calls = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { answer, tries } = await readPatiently(list, { page, reader });
    calls += tries;
    const messages = (): Message[] => [...kept.values()];
    if (answer.kind === "failed") return { messages: messages(), calls, end: answer };

    const known = seen.size;
    for (const message of answer.messages) {
      seen.add(message.id);
      if (keeps(message)) kept.set(message.id, message);
    }
    await onPage?.(answer.messages);
    totals.add(answer.total);
    unreadable += answer.unreadable;
    const ended = (kind: "whole" | "moving" | "enough"): Pass => ({
      messages: messages(),
      calls,
      end: { kind },
    });
    if (isEnough(answer.messages)) return ended("enough");
    if (!answer.hasNext)
      return ended(isWhole({ pages: page, read: seen.size + unreadable }, totals) ? "whole" : "moving");
    // A page with nothing new: the list moved by a whole page, or the platform ignores `page`.
    if (seen.size === known && answer.unreadable === 0) return ended("moving");
  }
  return { messages: [...kept.values()], calls, end: { kind: "moving" } };
}

/**
 * Whether the list did not change while it was read: a single page cannot; several did not if they agree on how
 * many messages there are.
 */
function isWhole(
  { pages, read }: { readonly pages: number; readonly read: number },
  totals: ReadonlySet<number | null>,
): boolean {
  return pages === 1 || (totals.size === 1 && totals.has(read));
}

type Page = Extract<ListAnswer, { kind: "page" }>;

/** Reads a page, with repeats. `tries`: how many calls were made. */
async function readPatiently(
  list: List,
  { page, reader }: { readonly page: number; readonly reader: Reader },
): Promise<{ readonly answer: Page | ListFailure; readonly tries: number }> {
  for (let tries = 1; ; tries += 1) {
    const answer = await readPage(list, { page, reader });
    if (answer.kind === "page") return { answer, tries };
    if (!answer.wasAsked) return { answer, tries: tries - 1 };
    if (!answer.isPassing || tries === MOST_TRIES_A_PAGE) return { answer, tries };
  }
}

async function readPage(
  list: List,
  { page, reader: { account, filter, now, signal } }: { readonly page: number; readonly reader: Reader },
): Promise<Page | ListFailure> {
  const permit = await account.permitCall("list", signal);
  if (permit.kind === "denied") {
    const { retryAfterMs } = permit;
    const detail = "the account's rate of list calls is used up";
    return { kind: "failed", wasAsked: false, isPassing: false, detail, retryAfterMs };
  }
  const query = { ...filter, page: String(page) };
  const path = `/admin/message/${list}`;
  const answer = await account.call({ method: "GET", path, query, leaveBy: permit.leaveBy }, signal);
  if (answer.kind === "notPermitted") {
    const late = failed(list, { why: "it could not leave in time", isPassing: true });
    return { ...late, retryAfterMs: answer.retryAfterMs };
  }
  const transport = classifyTransport(answer, now);
  if (transport !== null || answer.kind !== "answered") return unanswered(list, transport);
  const said = classifyList(parseBody(answer.text));
  switch (said.kind) {
    case "page":
      return said;
    case "refused":
      return failed(list, { why: "the platform refused it (result 0)", isPassing: false });
    case "unreadable":
      return failed(list, { why: "the answer is not understood", isPassing: true });
  }
}

function unanswered(list: List, transport: TransportOutcome | null): ListFailure {
  switch (transport?.kind) {
    case "unknown":
    case "unreachable":
      return {
        ...failed(list, { why: transport.detail, isPassing: true }),
        retryAfterMs: retryAfterOf(transport),
      };
    case "throttled":
      return {
        ...failed(list, { why: transport.detail, isPassing: false }),
        retryAfterMs: transport.retryAfterMs,
      };
    case "unauthorized":
    case "invalid":
      return failed(list, { why: transport.detail, isPassing: false });
    case "rejected":
      return failed(list, { why: transport.code, isPassing: false });
    case undefined:
      return failed(list, { why: "no answer", isPassing: true });
  }
}

function failed(list: List, { why, isPassing }: { readonly why: string; isPassing: boolean }): ListFailure {
  return { kind: "failed", wasAsked: true, isPassing, detail: `list ${list}: ${why}`, retryAfterMs: null };
}
