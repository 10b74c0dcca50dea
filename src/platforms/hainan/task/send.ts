/**
 * Sends tasks: one call, one assignee (document 003), and their end.
 *
 * The reply is the proof, because no other API of Hainan shows a task. So it must name a task, and that task
 * must be ours. Success without data on a first send means that the bizTaskId was used before, or that the
 * gateway dropped the request. A second call with the same bizTaskId, which is harmless, shows which.
 */
import { refusalText } from "../../../delivery/error-words.ts";
import type { SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { SendRequest } from "../../channel.ts";
import { isPassingTrouble } from "../../beside-success.ts";
import { classifyTransport, parseBody } from "../../classify-http.ts";
import type { PlatformAnswer } from "../../platform-http.ts";
import { digestOf } from "../../digest.ts";
import { nameCredentials, type RefusalWords } from "../../refused-credentials.ts";
import { classifyBody, type CreatedTask, type Reply } from "./classify.ts";
import {
  createCall,
  EMPTY,
  EMPTY_AND_LOST,
  type Proof,
  proofOf,
  TRIED,
  usedBefore,
  wantedTask,
  type WantedTask,
} from "./create.ts";
import { endCall, isMissing, MISSING, namedTask, noTaskText, type EndOperation } from "./end.ts";
import type { TaskInput } from "./input.ts";
import { LOST_PACKAGE, mayOpenAnother, TRIED_TWICE } from "./package.ts";
import { namesAnotherCall, otherUserOf, ownershipOf, takeName } from "./whose-task.ts";

export async function sendCreate(
  request: SendRequest<TaskInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const [assigneeId] = request.targets;
  if (assigneeId === undefined) throw new TypeError("a send has a target");
  const wanted = wantedTask(request, { assigneeId, account: account.name });
  if (wanted.place.kind === "lost" && !mayOpenAnother(account))
    return { kind: "rejected", code: "package", text: LOST_PACKAGE };

  // Claimed before anything leaves: of two deliveries with one bizTaskId, only one may count an answer without
  // data as its own task.
  const otherUser = await otherUserOf(wanted, { asker: request, account });
  const attempt: Attempt = { wanted, request, account, otherUser };
  const answer = await account.call(createCall(wanted), signal);
  const transport = classifyTransport(answer, request.now);
  if (transport?.kind === "rejected") return rejectedUnlessMade(transport, { attempt, signal });
  if (transport !== null) return answer.kind === "answered" ? noteTry(transport) : transport;
  const reply = replyOf(answer);
  if (reply.kind === "created") return createdOrMixedUp({ answer, task: reply.task }, { attempt, signal });
  if (reply.kind !== "empty")
    return noteTry(await outcomeOf({ reply, text: textOf(answer), notes: [] }, attempt));
  return wasTried(request, assigneeId) ? TOLD_TOO_LATE : askOnceMore(attempt, signal);
}

/**
 * Notes a refusal that is no verdict: the task may have been stored before it. A later answer without data may
 * then be about our own task, or somebody else's.
 */
function noteTry(outcome: SendOutcome): SendOutcome {
  return outcome.kind === "throttled" || outcome.kind === "unauthorized"
    ? { ...outcome, memo: TRIED }
    : outcome;
}

function wasTried({ recipients }: SendRequest<TaskInput>, assigneeId: string): boolean {
  const memo = recipients.find(({ id }) => id === assigneeId)?.memo;
  return memo === TRIED || memo === TRIED_TWICE;
}

const TOLD_TOO_LATE: SendOutcome = {
  kind: "unknown",
  cause: "ambiguous",
  detail: "success without data, after an attempt that was refused: it may have been made by that",
  memo: EMPTY_AND_LOST,
};

interface Attempt {
  readonly wanted: WantedTask;
  readonly request: SendRequest<TaskInput>;
  readonly account: AccountAccess;
  /** The delivery of this account that uses the same bizTaskId; null for none. */
  readonly otherUser: string | null;
}

/**
 * Such a status may be a proxy's, given after the platform has stored. The same call again tells, and makes no second
 * task. Where it is refused in the same way, nobody can tell: no package is opened for the next assignee.
 */
async function rejectedUnlessMade(
  verdict: Extract<SendOutcome, { kind: "rejected" }>,
  { attempt, signal }: { readonly attempt: Attempt; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { wanted, request, account } = attempt;
  const answer = await account.call(createCall(wanted), signal);
  const again = classifyTransport(answer, request.now);
  if (again?.kind === "rejected") return { ...verdict, memo: TRIED_TWICE };
  const refusal = refusalText(verdict);
  const untold = (memo: string): SendOutcome => ({
    kind: "unknown",
    cause: "ambiguous",
    detail: `${refusal}; asked once more, nobody said whether it was made all the same`,
    memo,
  });
  if (again !== null) return untold(TRIED);
  const reply = replyOf(answer);
  switch (reply.kind) {
    case "created":
      return outcomeOf({ reply, text: textOf(answer), notes: [`refused at first (${refusal})`] }, attempt);
    case "empty":
      return TOLD_TOO_LATE;
    case "refused":
    case "unnamed":
    case "unreadable":
      return untold(TRIED);
  }
}

/**
 * An answer that names another task may be the answer to another call: then our task was made all the same. The same
 * call again, which is harmless, tells. A platform that shows bizTaskIds in a form of its own names the same task twice.
 */
async function createdOrMixedUp(
  { answer, task }: { readonly answer: PlatformAnswer; readonly task: CreatedTask },
  { attempt, signal }: { readonly attempt: Attempt; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { wanted, request, account } = attempt;
  if (!namesAnotherCall(task, wanted)) {
    const outcome = await createdOutcome(task, { text: textOf(answer), notes: [], attempt });
    if (outcome.kind !== "rejected") return outcome;
  }
  const second = await account.call(createCall(wanted), signal);
  const reply = classifyTransport(second, request.now) === null ? replyOf(second) : null;
  if (reply?.kind === "empty") return MIXED_UP_THEN_EMPTY;
  if (reply?.kind !== "created") return MIXED_UP;
  const isAnothers = namesAnotherCall(reply.task, wanted) && reply.task.taskUuid !== task.taskUuid;
  if (isAnothers) return MIXED_UP;
  return createdOutcome(reply.task, { text: textOf(second), notes: [], attempt });
}

const MIXED_UP: SendOutcome = {
  kind: "unknown",
  cause: "ambiguous",
  detail: "the answer names another task, and asked once more it did not say whether ours was made",
};
const MIXED_UP_THEN_EMPTY: SendOutcome = { ...MIXED_UP, memo: EMPTY_AND_LOST };

async function askOnceMore(attempt: Attempt, signal: AbortSignal): Promise<SendOutcome> {
  const { wanted, request, account, otherUser } = attempt;
  const answer = await account.call(createCall(wanted), signal);
  const transport = classifyTransport(answer, request.now);
  if (transport !== null) return unknownAfterSilence(transport, answer);
  const reply = replyOf(answer);
  switch (reply.kind) {
    case "created":
      return outcomeOf(
        { reply, text: textOf(answer), notes: ["the first answer was without data"] },
        attempt,
      );
    case "empty":
      // A proxy that repeats a request may have created the task with the first try, and got no data from the
      // second.
      return wanted.isDerived && otherUser === null
        ? { kind: "unknown", cause: "ambiguous", detail: SILENT_TWICE, memo: EMPTY_AND_LOST }
        : { kind: "rejected", code: "duplicate", text: usedBefore(otherUser) };
    case "refused":
    case "unnamed":
    case "unreadable":
      return { kind: "unknown", cause: "ambiguous", detail: SILENCE, memo: EMPTY_AND_LOST };
  }
}

const SILENT_TWICE = "success without data, twice, though nobody else is known to have used this bizTaskId";
const SILENCE = "success without data, and asked once more it did not say whose the task is";

/** The first request left and was answered: so whatever happened to the second, the send may have taken effect. */
function unknownAfterSilence(transport: { readonly kind: string }, answer: PlatformAnswer): SendOutcome {
  const isAsked = transport.kind === "unknown" && answer.kind !== "notPermitted";
  return { kind: "unknown", cause: "ambiguous", detail: SILENCE, memo: isAsked ? EMPTY_AND_LOST : EMPTY };
}

function replyOf(answer: PlatformAnswer): Reply {
  return classifyBody(parseBody(textOf(answer)));
}

function textOf(answer: PlatformAnswer): string {
  return answer.kind === "answered" ? answer.text : "";
}

async function outcomeOf(
  {
    reply,
    text,
    notes,
  }: {
    readonly reply: Exclude<Reply, { kind: "empty" }>;
    readonly text: string;
    readonly notes: readonly string[];
  },
  attempt: Attempt,
): Promise<SendOutcome> {
  switch (reply.kind) {
    case "created":
      return createdOutcome(reply.task, { text, notes, attempt });
    case "refused":
      return refused(reply);
    case "unnamed":
      return { kind: "unknown", cause: "ambiguous", detail: "success, but without the taskUuid" };
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}

async function createdOutcome(
  task: CreatedTask,
  {
    text,
    notes,
    attempt: { wanted, request, account, otherUser },
  }: { readonly text: string; readonly notes: readonly string[]; readonly attempt: Attempt },
): Promise<SendOutcome> {
  const whose = await ownershipOf(task, { wanted, asker: request, account });
  if (whose.kind === "foreign") return { kind: "rejected", code: "duplicate", text: whose.detail };
  if (whose.kind === "doubtful") return { kind: "unknown", cause: "ambiguous", detail: whose.detail };
  await takeName(wanted, { deliveryId: request.deliveryId, otherUser, account });
  const all = whose.note === null ? notes : [...notes, whose.note];
  return confirmed(wanted, proofOf(task, { wanted, answer: { text, at: request.now, notes: all } }));
}

function confirmed({ assigneeId }: WantedTask, { evidence, own, shared }: Proof): SendOutcome {
  return {
    kind: "confirmed",
    evidence,
    recipientReceipts: { [assigneeId]: own },
    ...(shared === null ? {} : { receipt: shared }),
  };
}

export async function sendEnd(
  {
    operation,
    request: { input, reference, now },
  }: { readonly operation: EndOperation; readonly request: SendRequest<TaskInput> },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const taskUuid = namedTask(input, reference);
  if (taskUuid === null) return { kind: "rejected", code: "reference", text: noTaskText(input) };
  const answer = await account.call(endCall(operation, { input, taskUuid }), signal);
  if (isMissing(answer)) return { kind: "rejected", ...MISSING };
  const transport = classifyTransport(answer, now);
  if (transport !== null) return transport;
  const text = textOf(answer);
  const reply = classifyBody(parseBody(text));
  switch (reply.kind) {
    case "created":
    case "empty":
    case "unnamed":
      return { kind: "confirmed", evidence: { kind: "reply", at: now, digest: digestOf(text) } };
    case "refused":
      return refused(reply);
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}

/** A wrong or old signature is no verdict about the task, and neither is a busy server. */
function refused(words: RefusalWords): SendOutcome {
  const { code, text } = words;
  const detail = refusalText(words);
  if (nameCredentials(words)) return { kind: "unauthorized", detail };
  if (isPassingTrouble(words)) return { kind: "unknown", cause: "ambiguous", detail };
  return { kind: "rejected", code, text };
}
