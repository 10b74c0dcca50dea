/**
 * Checks tasks whose answer was lost, by making the same call again.
 *
 * No API of Hainan shows a task, but a create with the same bizTaskId is idempotent (document 003), and ending
 * an ended task changes nothing. So the check repeats the call: its success proves that the task is now as
 * wanted, whether the first call did it or this one. Neither its answer nor a refusal ever proves absence.
 *
 * One recipient in each round, and the next round follows at once: the ids of an answer are stored before the
 * next call.
 */
import { refusalText } from "../../../delivery/error-words.ts";
import type { CheckOutcome, RecipientCheck } from "../../../delivery/outcome.ts";
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { Receipt } from "../../../delivery/record.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { CheckRequest } from "../../channel.ts";
import { classifyTransport, parseBody, retryAfterOf } from "../../classify-http.ts";
import { digestOf } from "../../digest.ts";
import type { PlatformAnswer, PlatformCall } from "../../platform-http.ts";
import { isPassingTrouble } from "../../beside-success.ts";
import { nameCredentials, type RefusalWords } from "../../refused-credentials.ts";
import { classifyBody, type Reply } from "./classify.ts";
import {
  createCall,
  EMPTY,
  EMPTY_AND_LOST,
  proofOf,
  proofWithoutHandle,
  usedBefore,
  wantedTask,
  type WantedTask,
} from "./create.ts";
import { endCall, isMissing, MISSING, namedTask, type EndOperation } from "./end.ts";
import type { TaskInput } from "./input.ts";
import { LOST_PACKAGE, mayOpenAnother } from "./package.ts";
import { namesAnotherCall, otherUserOf, ownershipOf, takeName } from "./whose-task.ts";

type TaskCheck = CheckRequest<TaskInput>;

/** A repeated call, and what its answers mean. */
interface Question {
  readonly call: PlatformCall;
  readonly judge: (reply: Reply, text: string) => Promise<Judgement>;
  /** What HTTP 404 means; null where it has no special meaning. */
  readonly missing: Judgement | null;
}

/** What is known about the recipient, and (`shared`) about the delivery as a whole. */
type Judgement = Finding & { readonly shared?: Receipt | null };
type Finding = RecipientCheck extends infer Check
  ? Check extends unknown
    ? Omit<Check, "recipient">
    : never
  : never;

export async function checkCreate(
  request: TaskCheck,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const [entry] = request.outstanding;
  if (entry === undefined) return NOTHING_ASKED;
  const wanted = wantedTask(request, { assigneeId: entry.id, account: account.name });
  // The repeated call would open a second package. Where no recipient is confirmed, it is the same call as
  // before.
  const isLost =
    wanted.place.kind === "lost" && request.recipients.some(({ status }) => status === "confirmed");
  if (isLost && !mayOpenAnother(account))
    return outcomeOf({ kind: "refused", detail: LOST_PACKAGE }, { request, calls: 0, retryAfterMs: null });
  const otherUser = await otherUserOf(wanted, { asker: request, account });
  const judge = async (reply: Reply, text: string): Promise<Judgement> =>
    judgeCreate(reply, { text, asked: { wanted, request, account, entry, otherUser } });
  return ask({ question: { call: createCall(wanted), judge, missing: null }, request }, { account, signal });
}

export async function checkEnd(
  { operation, request }: { readonly operation: EndOperation; readonly request: TaskCheck },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const taskUuid = namedTask(request.input, request.reference);
  if (taskUuid === null) {
    const detail = "its answer was lost, and the delivery that `of` names is no longer known";
    return outcomeOf({ kind: "unobservable", detail }, { request, calls: 0, retryAfterMs: null });
  }
  const call = endCall(operation, { input: request.input, taskUuid });
  const judge = async (reply: Reply, text: string): Promise<Judgement> =>
    judgeEnd(reply, { text, at: request.now });
  const missing: Judgement = { kind: "refused", isFinal: true, detail: refusalText(MISSING) };
  return ask({ question: { call, judge, missing }, request }, { account, signal });
}

const NOTHING_ASKED: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: null };

async function ask(
  {
    question: { call, judge, missing },
    request,
  }: { readonly question: Question; readonly request: TaskCheck },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const permit = await account.permitCall("task", signal);
  if (permit.kind === "denied") return { ...NOTHING_ASKED, retryAfterMs: permit.retryAfterMs };
  const answer = await account.call({ ...call, leaveBy: permit.leaveBy }, signal);
  if (answer.kind === "notPermitted") return { ...NOTHING_ASKED, retryAfterMs: answer.retryAfterMs };
  if (missing !== null && isMissing(answer))
    return outcomeOf(missing, { request, calls: 1, retryAfterMs: null });
  const trouble = troubleOf(answer, request.now);
  if (trouble !== null)
    return outcomeOf(inconclusive(trouble, request), {
      request,
      calls: 1,
      retryAfterMs: trouble.retryAfterMs,
    });
  const text = answer.kind === "answered" ? answer.text : "";
  return outcomeOf(await judge(classifyBody(parseBody(text)), text), {
    request,
    calls: 1,
    retryAfterMs: null,
  });
}

interface Trouble {
  readonly detail: string;
  readonly retryAfterMs: number | null;
  readonly isLost: boolean;
}

function inconclusive({ detail, isLost }: Trouble, { outstanding }: TaskCheck): Judgement {
  if (!isLost) return { kind: "inconclusive", detail };
  const memo = outstanding[0]?.memo === EMPTY ? { memo: EMPTY_AND_LOST } : {};
  return { kind: "inconclusive", detail, mayHaveActed: true, ...memo };
}

function troubleOf(answer: PlatformAnswer, now: number): Trouble | null {
  const transport = classifyTransport(answer, now);
  if (transport === null) return null;
  const detail =
    transport.kind === "rejected" ? `asked again, it was answered ${transport.code}` : transport.detail;
  return { detail, retryAfterMs: retryAfterOf(transport), isLost: transport.kind === "unknown" };
}

interface AskedCreate {
  readonly wanted: WantedTask;
  readonly request: TaskCheck;
  readonly account: AccountAccess;
  readonly entry: LedgerEntry;
  /** The delivery of this account that uses the same bizTaskId; null for none. */
  readonly otherUser: string | null;
}

async function judgeCreate(
  reply: Reply,
  { text, asked }: { readonly text: string; readonly asked: AskedCreate },
): Promise<Judgement> {
  const { wanted, request, account, entry, otherUser } = asked;
  switch (reply.kind) {
    case "created": {
      const named = `${ANOTHER}${reply.task.taskUuid}`;
      // Named twice, it is ours, and the platform shows bizTaskIds in a form of its own.
      const isMixedUp = namesAnotherCall(reply.task, wanted) && mayNote(entry) && entry.memo !== named;
      if (isMixedUp) return { kind: "inconclusive", detail: "the answer names another task", memo: named };
      const whose = await ownershipOf(reply.task, { wanted, asker: request, account });
      if (whose.kind === "foreign") return { kind: "refused", isFinal: true, detail: whose.detail };
      if (whose.kind === "doubtful") return { kind: "refused", detail: whose.detail };
      await takeName(wanted, { deliveryId: request.deliveryId, otherUser, account });
      const notes = ["asked again after a lost answer", ...(whose.note === null ? [] : [whose.note])];
      return provenBy(proofOf(reply.task, { wanted, answer: { text, at: request.now, notes } }));
    }
    case "empty":
      return judgeSilence(text, asked);
    case "unnamed":
      return { kind: "inconclusive", detail: "success, but without the taskUuid" };
    case "refused":
      // The first call may have created the task all the same. So this is never `rejected`: a replay would send
      // without a check, and take the answer to our own duplicate for somebody else's task.
      return isNoVerdict(reply)
        ? { kind: "inconclusive", detail: refusalText(reply) }
        : { kind: "refused", detail: refusedAgain(reply) };
    case "unreadable":
      return NOT_UNDERSTOOD;
  }
}

/** The memo for an answer that named another call's task; its taskUuid follows. */
const ANOTHER = "named ";

function mayNote({ memo }: LedgerEntry): boolean {
  return memo === null || memo.startsWith(ANOTHER);
}

/**
 * Success without data: after a lost answer the task is ours, unless the first send got this answer too, or
 * another delivery may have created it.
 */
function judgeSilence(text: string, { wanted, request, entry, otherUser }: AskedCreate): Judgement {
  if (otherUser !== null || (entry.memo === EMPTY && !wanted.isDerived)) {
    return { kind: "refused", isFinal: true, detail: usedBefore(otherUser) };
  }
  if (entry.memo === EMPTY || entry.memo === EMPTY_AND_LOST) {
    const detail =
      "success without data, and an earlier call whose answer did not tell: whose the task is, nobody can say";
    return { kind: "refused", detail };
  }
  return provenBy(proofWithoutHandle(wanted, { text, at: request.now }));
}

function provenBy({ evidence, own, shared }: ReturnType<typeof proofOf>): Judgement {
  return { kind: "proven", evidence, receipt: own, shared };
}

function judgeEnd(reply: Reply, { text, at }: { readonly text: string; readonly at: number }): Judgement {
  switch (reply.kind) {
    case "created":
    case "empty":
    case "unnamed": {
      const note = "asked again after a lost answer";
      return { kind: "proven", evidence: { kind: "reply", at, digest: digestOf(text), note } };
    }
    case "refused":
      // The first call may have been refused too, or there is nothing left to end: a replay is harmless.
      return isNoVerdict(reply)
        ? { kind: "inconclusive", detail: refusalText(reply) }
        : { kind: "refused", isFinal: true, detail: refusedAgain(reply) };
    case "unreadable":
      return NOT_UNDERSTOOD;
  }
}

const NOT_UNDERSTOOD: Judgement = { kind: "inconclusive", detail: "the answer is not understood" };

/**
 * Whether a refusal is about the credentials or the state of the platform, so that a later call may be answered
 * otherwise.
 */
function isNoVerdict(words: RefusalWords): boolean {
  return nameCredentials(words) || isPassingTrouble(words);
}

function refusedAgain(reply: Extract<Reply, { kind: "refused" }>): string {
  return `${refusalText(reply)} (asked again after a lost answer; whether the first arrived is not known)`;
}

function outcomeOf(
  { shared = null, ...finding }: Judgement,
  {
    request: { outstanding },
    calls,
    retryAfterMs,
  }: { readonly request: TaskCheck; readonly calls: number; readonly retryAfterMs: number | null },
): CheckOutcome {
  const [entry] = outstanding;
  if (entry === undefined) return { ...NOTHING_ASKED, calls };
  const isSettled = finding.kind !== "inconclusive" && finding.kind !== "refused";
  const othersWait = outstanding.length > 1 && isSettled;
  return {
    recipients: [{ ...finding, recipient: entry.id }],
    calls,
    retryAfterMs: othersWait ? 0 : retryAfterMs,
    ...(shared === null ? {} : { receipt: shared }),
  };
}
