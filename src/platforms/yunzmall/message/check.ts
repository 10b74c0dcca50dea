/**
 * Checks awaited messages: reads each list that the batch needs once, and searches it for every delivery.
 *
 * Absence is never reported. Others write these messages at any time, so a message that is not seen is
 * `pending` until the deadline.
 */
import type { Evidence } from "../../../delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../delivery/outcome.ts";
import { canonicalJson } from "../../../delivery/write-json.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { CheckRequest } from "../../channel.ts";
import { digestOf } from "../../digest.ts";
import { filterOf, type AwaitInput, type AwaitedState } from "./input.ts";
import { hasReached, isAwaited, shownState, sinceOf, watchOrder } from "./match.ts";
import { LISTS, type List, type ListFailure, type Message, type Reader } from "../../messages.ts";
import { readPass } from "./read-list.ts";

/**
 * The lists that a message in this state can be in. Every message is unread or read. Short lists come first,
 * because a message that was found is not searched for in the next list.
 */
const PLACES: Readonly<Record<AwaitedState, readonly List[]>> = {
  delivered: ["unread", "waitHandle", "read"],
  read: ["waitHandle", "read"],
  handled: ["unread", "read"],
};

type AwaitCheck = CheckRequest<AwaitInput>;

interface Look {
  readonly request: AwaitCheck;
  found: Message | null;
  /** A message that matches but is not in the awaited state yet. */
  candidate: Message | null;
}

export async function checkMessages(
  batch: readonly AwaitCheck[],
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<readonly CheckOutcome[]> {
  const now = Math.max(...batch.map((request) => request.now));
  const looks = batch.map((request): Look => ({ request, found: null, candidate: null }));
  const outcomes = new Map<Look, CheckOutcome>();
  // Requests with the same filter share their calls.
  const groups = Map.groupBy(looks, ({ request }) => canonicalJson(filterOf(request.input)));
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const filter = filterOf(first.request.input);
    const { calls, failure } = await lookThrough(group, { account, filter, now, signal });
    // Shared calls are counted once, with the first delivery of the group.
    for (const look of group)
      outcomes.set(look, outcomeOf(look, { failure, calls: look === first ? calls : 0 }));
  }
  return looks.map((look) => outcomes.get(look) ?? NOT_ASKED);
}

const NOT_ASKED: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: null };

/** Reads each list that these deliveries need, once. */
async function lookThrough(
  looks: readonly Look[],
  reader: Reader,
): Promise<{ readonly calls: number; readonly failure: ListFailure | null }> {
  let calls = 0;
  for (const list of LISTS) {
    const looking = looks.filter(
      (look) => look.found === null && PLACES[look.request.input.state].includes(list),
    );
    if (looking.length === 0) continue;
    const isReadPast = watchOrder();
    const pass = await readPass(list, {
      reader,
      // Each page is searched when it arrives.
      keeps: () => false,
      isEnough: (page) => {
        for (const look of looking) lookAt(page, look);
        const missing = looking.filter(({ found }) => found === null);
        return missing.length === 0 || isReadPast(page, oldestWanted(missing));
      },
    });
    calls += pass.calls;
    if (pass.end.kind === "failed") return { calls, failure: pass.end };
  }
  return { calls, failure: null };
}

/** The earliest `since`: no older message can be one of these. Without a `since` every message can. */
function oldestWanted(missing: readonly Look[]): number {
  return Math.min(...missing.map(({ request: { input } }) => sinceOf(input) ?? Number.NEGATIVE_INFINITY));
}

function lookAt(page: readonly Message[], look: Look): void {
  const { input } = look.request;
  if (look.found !== null) return;
  const awaited = page.filter((message) => isAwaited(message, input));
  look.found = awaited.find((message) => hasReached(message, input.state)) ?? null;
  look.candidate ??= awaited[0] ?? null;
}

function outcomeOf(
  look: Look,
  { failure, calls }: { readonly failure: ListFailure | null; readonly calls: number },
): CheckOutcome {
  const { request, found } = look;
  const each = (check: (recipient: string) => RecipientCheck): readonly RecipientCheck[] =>
    request.outstanding.map(({ id }) => check(id));
  if (found !== null) {
    const recipients = each((recipient) => ({
      kind: "proven",
      recipient,
      evidence: evidenceOf(found, request.now),
    }));
    return { recipients, calls, retryAfterMs: null, receipt: { messageId: found.id } };
  }
  if (failure !== null) {
    const { detail, retryAfterMs, wasAsked } = failure;
    const recipients = each((recipient) => ({ kind: "inconclusive", recipient, detail }));
    return { recipients: wasAsked ? recipients : [], calls, retryAfterMs };
  }
  const recipients = each((recipient) => ({ kind: "pending", recipient, detail: whyPending(look) }));
  return { recipients, calls, retryAfterMs: null };
}

function evidenceOf(message: Message, at: number): Evidence {
  const note = `${shownState(message)}: message ${message.id}`;
  return { kind: "list", at, digest: digestOf(JSON.stringify(message.row)), note };
}

function whyPending({ request, candidate }: Look): string {
  return candidate === null
    ? "no such message yet"
    : `message ${candidate.id} is ${shownState(candidate)}, not yet ${request.input.state}`;
}
