/**
 * Creates one assignee's task: the call, the same for a send and for asking again, and what its answer
 * says (document 003).
 */
import type { Evidence } from "../../delivery/ledger.ts";
import type { Receipt } from "../../delivery/record.ts";
import type { SendRequest } from "../channel.ts";
import { digestOf } from "../digest.ts";
import type { PlatformCall } from "../platform-http.ts";
import { bizTaskIdOf } from "./biz-task-id.ts";
import type { CreatedTask } from "./classify.ts";
import type { TaskInput } from "./input.ts";
import { placeFor, type Place } from "./package.ts";
import { parametersOf } from "./parameters.ts";
import { assigneeReceipt, deliveryReceipt } from "./receipt.ts";

const PATH = "/tc/v2/openapi/task/create.json";

/** One assignee's task, as it is asked for, now and whenever it is asked for again. */
export interface WantedTask {
  readonly input: TaskInput;
  readonly assigneeId: string;
  readonly bizTaskId: string;
  readonly place: Place;
}

type Wanting = Pick<SendRequest<TaskInput>, "input" | "key" | "deliveryId" | "receipt" | "recipients">;

export function wantedTask(request: Wanting, assigneeId: string, account: string): WantedTask {
  const bizTaskId = bizTaskIdOf(request, assigneeId, account);
  return { input: request.input, assigneeId, bizTaskId, place: placeFor(request) };
}

export function createCall({ input, assigneeId, bizTaskId, place }: WantedTask): PlatformCall {
  const { assignees, ...shared } = input;
  const own = assignees?.find((one) => String(one.assigneeId) === assigneeId);
  const joined = place.kind === "join" ? { packageUuid: place.packageUuid } : {};
  return { method: "GET", path: PATH, query: parametersOf({ ...shared, ...own, bizTaskId, ...joined }) };
}

/** What is known once the task is there. */
export interface Proof {
  readonly evidence: Evidence;
  readonly own: Receipt;
  /** Null where the handle is lost: there is nothing to refer to. */
  readonly shared: Receipt | null;
}

export interface Answer {
  readonly text: string;
  readonly at: number;
  readonly isRepeat: boolean;
}

export function proofOf(task: CreatedTask, wanted: WantedTask, { text, at, isRepeat }: Answer): Proof {
  const { input, assigneeId, bizTaskId, place } = wanted;
  const notes = [
    ...(isRepeat ? ["asked again after a lost answer"] : []),
    // Perhaps a task of somebody else's under this bizTaskId, perhaps the platform trims: not ours to say.
    ...(isAnotherSubject(task, input) ? ["the platform shows another subject under this bizTaskId"] : []),
  ];
  const joined = place.kind === "join" ? place.packageUuid : null;
  return {
    evidence: evidenceOf(text, at, notes),
    own: assigneeReceipt(bizTaskId, task),
    shared: deliveryReceipt(input, assigneeId, task, joined),
  };
}

/** The answer that named the task was lost, and the platform tells it only once. */
export function proofWithoutHandle({ bizTaskId }: WantedTask, { text, at }: Answer): Proof {
  return {
    evidence: evidenceOf(text, at, ["there, its handle is lost"]),
    own: assigneeReceipt(bizTaskId, null),
    shared: null,
  };
}

function evidenceOf(text: string, at: number, notes: readonly string[]): Evidence {
  const known: Evidence = { kind: "reply", at, digest: digestOf(text) };
  return notes.length === 0 ? known : { ...known, note: notes.join("; ") };
}

function isAnotherSubject(task: CreatedTask, input: TaskInput): boolean {
  return task.subject !== null && task.subject.trim() !== input.subject?.trim();
}
