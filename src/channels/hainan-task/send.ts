/**
 * Sends tasks: one call, one assignee (document 003), and their end.
 *
 * The reply is the proof: nothing else at Hainan shows a task. So it must name the task; success without
 * data on a first send means that the bizTaskId is somebody else's.
 */
import type { SendOutcome } from "../../delivery/outcome.ts";
import type { AccountAccess } from "../account-access.ts";
import type { SendRequest } from "../channel.ts";
import { classifyTransport, parseBody } from "../classify-http.ts";
import { digestOf } from "../digest.ts";
import { classifyBody } from "./classify.ts";
import { createCall, proofOf, wantedTask, type Answer, type Proof, type WantedTask } from "./create.ts";
import { endCall, isMissing, MISSING, namedTask, noTaskText, type EndOperation } from "./end.ts";
import type { TaskInput } from "./input.ts";

export async function sendCreate(
  request: SendRequest<TaskInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const [assigneeId] = request.targets;
  if (assigneeId === undefined) throw new TypeError("a send has a target");
  const wanted = wantedTask(request, assigneeId, account.name);
  if (wanted.place.kind === "lost" && !mayOpenAnother(account)) return LOST_PACKAGE;

  const answer = await account.call(createCall(wanted), signal);
  const transport = classifyTransport(answer, request.now);
  if (transport !== null) return transport;
  const text = answer.kind === "answered" ? answer.text : "";
  return outcomeOf(wanted, { text, at: request.now, isRepeat: false });
}

function mayOpenAnother({ settings }: AccountAccess): boolean {
  return settings.platform === "hainan" && settings.onLostPackage === "newPackage";
}

const LOST_PACKAGE: SendOutcome = {
  kind: "rejected",
  code: "package",
  text: "the package of the earlier assignees is lost with an answer, and this account opens no second one",
};

function outcomeOf(wanted: WantedTask, answer: Answer): SendOutcome {
  const reply = classifyBody(parseBody(answer.text));
  switch (reply.kind) {
    case "created":
      return confirmed(wanted, proofOf(reply.task, wanted, answer));
    case "empty":
      // Whoever may have a task already is asked about, and never sent to: this one is not ours.
      return FOREIGN_DUPLICATE;
    case "refused":
      return { kind: "rejected", code: reply.code, text: reply.text };
    case "unnamed":
      return { kind: "unknown", cause: "ambiguous", detail: "success, but without the taskUuid" };
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}

const FOREIGN_DUPLICATE: SendOutcome = {
  kind: "rejected",
  code: "duplicate",
  text: "success without data to a first send: somebody else has used this bizTaskId, and no task was created",
};

function confirmed({ assigneeId }: WantedTask, { evidence, own, shared }: Proof): SendOutcome {
  return {
    kind: "confirmed",
    evidence,
    recipientReceipts: { [assigneeId]: own },
    ...(shared === null ? {} : { receipt: shared }),
  };
}

export async function sendEnd(
  operation: EndOperation,
  { input, reference, now }: SendRequest<TaskInput>,
  account: AccountAccess,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const taskUuid = namedTask(input, reference);
  if (taskUuid === null) return { kind: "rejected", code: "reference", text: noTaskText(input) };
  const answer = await account.call(endCall(operation, input, taskUuid), signal);
  if (isMissing(answer)) return { kind: "rejected", ...MISSING };
  const transport = classifyTransport(answer, now);
  if (transport !== null) return transport;
  const text = answer.kind === "answered" ? answer.text : "";
  const reply = classifyBody(parseBody(text));
  switch (reply.kind) {
    case "created":
    case "empty":
    case "unnamed":
      return { kind: "confirmed", evidence: { kind: "reply", at: now, digest: digestOf(text) } };
    case "refused":
      return { kind: "rejected", code: reply.code, text: reply.text };
    case "unreadable":
      return { kind: "unknown", cause: "unreadable", detail: "the answer is not understood" };
  }
}
