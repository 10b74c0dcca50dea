/**
 * Checks todos: checkcreatetodo, one call a recipient (document 000, section 1.5), as many in a round as
 * the platform's budget permits.
 */
import { EVERYBODY, lagStartOf, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { CheckOutcome, RecipientCheck } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import { lagOf, type CheckRequest } from "../../channel.ts";
import { askOne, type Asking } from "./ask.ts";
import {
  contentDigest,
  hasSameContent,
  knownRecipients,
  otherContent,
  ownersOf,
  releaseDeleted,
} from "./claims.ts";
import { askAboutEverybody } from "./everybody.ts";
import { isCreate, todoOf, type CreateInput, type TodoInput, type UpdateInput } from "./input.ts";
import { effectOf, judge, lost, notedDigest, refusalIn } from "./judge.ts";

type TodoCheck = CheckRequest<TodoInput>;

export function checkTodo(
  request: TodoCheck,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const { input, now } = request;
  const asking: Asking = { account, now, signal };
  return isCreate(input)
    ? checkCreate({ ...request, input }, asking)
    : checkUpdate({ ...request, input }, asking);
}

async function checkUpdate(request: CheckRequest<UpdateInput>, asking: Asking): Promise<CheckOutcome> {
  const everybody = request.outstanding.find(({ id }) => id === EVERYBODY);
  const outcome =
    everybody === undefined
      ? await askEach(request, asking)
      : await checkEverybody(everybody, { request, asking });
  return afterTheLag(outcome, request);
}

async function checkCreate(request: CheckRequest<CreateInput>, asking: Asking): Promise<CheckOutcome> {
  const outcome = await askEach(request, asking);
  const proven = outcome.recipients.filter(({ kind }) => kind === "proven").map(({ recipient }) => recipient);
  if (proven.length === 0) return outcome;
  const owners = await ownersOf(todoOf(request.input), { openIds: proven, account: asking.account });
  const recipients: RecipientCheck[] = [];
  for (const check of outcome.recipients) {
    const judged =
      check.kind === "proven"
        ? whoseIs(check, { owner: owners.get(check.recipient), request, account: asking.account })
        : check;
    recipients.push(judged instanceof Promise ? await judged : judged);
  }
  return { ...outcome, recipients };
}

type Proven = Extract<RecipientCheck, { kind: "proven" }>;

/**
 * Whose todo it is: one that another delivery made, or an earlier send with other content, does not prove this
 * delivery.
 */
function whoseIs(
  check: Proven,
  {
    owner,
    request,
    account,
  }: {
    readonly owner: string | undefined;
    readonly request: CheckRequest<CreateInput>;
    readonly account: AccountAccess;
  },
): RecipientCheck | Promise<RecipientCheck> {
  const { deliveryId, input, outstanding } = request;
  const { recipient } = check;
  if (owner !== undefined && owner !== deliveryId) return ofAnother(check, { owner, input, account });
  const memo = outstanding.find(({ id }) => id === recipient)?.memo ?? null;
  if (refusalIn(memo) !== null) return { kind: "refused", recipient, detail: REFUSED_AND_THERE };
  const noted = notedDigest(memo);
  return noted === null || noted === contentDigest(input)
    ? check
    : { kind: "contradicted", recipient, detail: BEFORE_THE_EDIT };
}

async function ofAnother(
  check: Proven,
  {
    owner,
    input,
    account,
  }: { readonly owner: string; readonly input: CreateInput; readonly account: AccountAccess },
): Promise<RecipientCheck> {
  const { recipient, evidence } = check;
  const first = await account.delivery(owner);
  if (first === null) return check;
  if (!hasSameContent(input, { first, openId: recipient })) {
    return { kind: "contradicted", recipient, detail: otherContent(owner) };
  }
  const notes = [evidence.note, `the same todo as ${owner}'s`].filter((note) => note !== undefined);
  return { ...check, evidence: { ...evidence, note: notes.join("; ") } };
}

const REFUSED_AND_THERE =
  "it was refused, and a todo with this sourceId is there: whether it is this one, nobody can say";

const BEFORE_THE_EDIT =
  "it is there, perhaps with the content of before the edit: the platform ignores a second create";

async function askEach(request: TodoCheck, asking: Asking): Promise<CheckOutcome> {
  const { input, now } = request;
  const lagMs = lagOf(request);
  const checks: RecipientCheck[] = [];
  let calls = 0;
  let retryAfterMs: number | null = null;
  for (const entry of request.outstanding) {
    const asked = await askOne(todoOf(input), { openId: entry.id, asking });
    if (asked.called) calls += 1;
    if (asked.kind === "seen")
      checks.push(judge(asked.sighting, { input, entry, now, digest: asked.digest, lagMs }));
    else if (asked.detail !== null)
      checks.push({ kind: "inconclusive", recipient: entry.id, detail: asked.detail });
    retryAfterMs = asked.retryAfterMs;
    if (retryAfterMs !== null) break;
  }
  if (!isCreate(input) && effectOf(input) === "deleted") {
    const gone = checks.filter(({ kind }) => kind === "proven").map(({ recipient }) => recipient);
    await releaseDeleted(todoOf(input), { openIds: gone, account: asking.account });
  }
  return { recipients: checks, calls, retryAfterMs };
}

async function checkEverybody(
  entry: LedgerEntry,
  { request, asking }: { readonly request: CheckRequest<UpdateInput>; readonly asking: Asking },
): Promise<CheckOutcome> {
  const { input } = request;
  const todo = todoOf(input);
  const known = await knownRecipients(todo, asking.account);
  if (known.length === 0) return { recipients: [lost(entry.id, input)], calls: 0, retryAfterMs: null };
  const { check, calls, retryAfterMs, deleted } = await askAboutEverybody(entry, {
    todo,
    input,
    known,
    lagMs: lagOf(request),
    asking,
  });
  if (deleted.length > 0) await releaseDeleted(todo, { openIds: deleted, account: asking.account });
  return { recipients: check === null ? [] : [check], calls, retryAfterMs };
}

/** An update that is to be repeated waits for the lag of its send. Checking sooner would only use up the budget. */
function afterTheLag(outcome: CheckOutcome, request: TodoCheck): CheckOutcome {
  const repeatable = outcome.recipients.filter(({ kind }) => kind === "repeatable");
  if (outcome.retryAfterMs !== null || repeatable.length === 0) return outcome;
  const { outstanding, now } = request;
  const lagStarts = outstanding.map((entry) => lagStartOf(entry, now));
  const leftMs = Math.max(...lagStarts) + lagOf(request) - now;
  return leftMs > 0 ? { ...outcome, retryAfterMs: leftMs } : outcome;
}
