/**
 * Creates one assignee's task: the call, which is the same for a send and a check, and the proof in its answer
 * (document 003).
 */
import type { Evidence } from "../../../delivery/ledger.ts";
import type { Receipt } from "../../../delivery/record.ts";
import type { SendRequest } from "../../channel.ts";
import { digestOf } from "../../digest.ts";
import type { PlatformCall } from "../../platform-http.ts";
import { bizTaskIdOf } from "./biz-task-id.ts";
import type { CreatedTask } from "./classify.ts";
import { typesIn } from "./fields.ts";
import type { Assignee, TaskInput } from "./input.ts";
import { placeFor, type PackageChoice } from "./package.ts";
import { parametersOf } from "./parameters.ts";
import { assigneeReceipt, deliveryReceipt } from "./receipt.ts";

export const CREATE_PATH = "/tc/v2/openapi/task/create.json";

/** One assignee's task, the same for the send and for each repeat. */
export interface WantedTask {
  readonly input: TaskInput;
  readonly assigneeId: string;
  /** The subject of this assignee, or else that of the payload. */
  readonly subject: string;
  readonly bizTaskId: string;
  /** False if the producer gave it. */
  readonly isDerived: boolean;
  readonly place: PackageChoice;
}

type Wanting = Pick<
  SendRequest<TaskInput>,
  "input" | "key" | "deliveryId" | "receipt" | "reference" | "recipients"
>;

export function wantedTask(
  request: Wanting,
  { assigneeId, account }: { readonly assigneeId: string; readonly account: string },
): WantedTask {
  const { input } = request;
  return {
    input,
    assigneeId,
    subject: ownFields(input, assigneeId)?.subject ?? input.subject ?? "",
    ...bizTaskIdOf(request, { assigneeId, account }),
    place: placeFor(request),
  };
}

export function createCall({ input, assigneeId, bizTaskId, place }: WantedTask): PlatformCall {
  const { assignees: _several, of: _reference, ...shared } = input;
  const own = ownFields(input, assigneeId);
  const joined = place.kind === "join" ? { packageUuid: place.packageUuid } : {};
  const fields = { ...shared, ...own, bizTaskId, ...joined, ...notifyTypesOf(shared) };
  // Only the reply shows the task.
  return { method: "GET", path: CREATE_PATH, query: parametersOf(fields), isUnobservable: true };
}

/** Joined as in the document's example, without spaces around the comma. */
function notifyTypesOf({ dueNotifyTypeArr: types }: TaskInput): object {
  return typeof types === "string" ? { dueNotifyTypeArr: typesIn(types).join(",") } : {};
}

function ownFields({ assignees }: TaskInput, assigneeId: string): Assignee | undefined {
  return assignees?.find((one) => String(one.assigneeId) === assigneeId);
}

/** What is known when the task is proven. */
export interface Proof {
  readonly evidence: Evidence;
  readonly own: Receipt;
  /** Null where the taskUuid is lost, so that no other delivery can refer to the task. */
  readonly shared: Receipt | null;
}

interface Answer {
  readonly text: string;
  readonly at: number;
  /** How it was proven, and what is unusual about it. */
  readonly notes: readonly string[];
}

export function proofOf(
  task: CreatedTask,
  { wanted, answer: { text, at, notes } }: { readonly wanted: WantedTask; readonly answer: Answer },
): Proof {
  const { input, assigneeId, bizTaskId, place } = wanted;
  const joined = place.kind === "join" ? place.packageUuid : null;
  return {
    evidence: evidenceOf(text, { at, notes }),
    own: assigneeReceipt(bizTaskId, task),
    shared: deliveryReceipt(input, { assigneeId, task, joined }),
  };
}

/** The proof of a task whose answer was lost: the platform gives the taskUuid only once. */
export function proofWithoutHandle(
  { bizTaskId }: WantedTask,
  { text, at }: Pick<Answer, "text" | "at">,
): Proof {
  return {
    evidence: evidenceOf(text, { at, notes: ["there, its handle is lost"] }),
    own: assigneeReceipt(bizTaskId, null),
    shared: null,
  };
}

function evidenceOf(
  text: string,
  { at, notes }: { readonly at: number; readonly notes: readonly string[] },
): Evidence {
  const known: Evidence = { kind: "reply", at, digest: digestOf(text) };
  return notes.length === 0 ? known : { ...known, note: notes.join("; ") };
}

// A create that is answered with success but without data: either the platform has a task under this bizTaskId
// and does not name it, or the gateway dropped the request. The memos for it, and its error text:

/** The first send got such an answer, and no second call was made yet. */
export const EMPTY = "empty";
/**
 * The first send got such an answer, and the answer to the second call was lost: that call may have created the
 * task.
 */
export const EMPTY_AND_LOST = "empty, then lost";

/** An attempt was refused by a gateway or for its signature, perhaps after the platform had stored the task. */
export const TRIED = "tried";

/** @param otherUser the delivery of this account that has the same bizTaskId; null for none */
export function usedBefore(otherUser: string | null): string {
  return otherUser === null
    ? "success without data, twice: somebody else has used this bizTaskId, or a proxy has repeated this call"
    : `delivery ${otherUser} has the same bizTaskId, and the platform keeps one task for each`;
}
