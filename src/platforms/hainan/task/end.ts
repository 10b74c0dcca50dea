/**
 * Finishes and cancels a task: further calls of the same task centre, if the gateway exposes them
 * (docs/platforms/hainan.md, "Tasks").
 */
import type { Receipt } from "../../../delivery/record.ts";
import type { PlatformAnswer, PlatformCall } from "../../platform-http.ts";
import type { TaskInput } from "./input.ts";
import { parametersOf } from "./parameters.ts";
import { taskUuidIn } from "./receipt.ts";

const PATHS = {
  "task.finish": "/tc/openapi/task/finish.json",
  "task.cancel": "/tc/openapi/task/cancel.json",
};

export type EndOperation = keyof typeof PATHS;

/** The taskUuid of the task that is meant, with `of` resolved; null where `of` leads to none. */
export function namedTask({ taskUuid, assigneeId }: TaskInput, reference: Receipt | null): string | null {
  if (taskUuid !== undefined) return taskUuid;
  return reference === null
    ? null
    : taskUuidIn(reference, assigneeId === undefined ? null : String(assigneeId));
}

/** Why `of` led to no task, for the person who reads the dead letter. */
export function noTaskText({ assigneeId }: TaskInput): string {
  return assigneeId === undefined
    ? "the delivery that `of` names has no task or several: name one with assigneeId"
    : "the delivery that `of` names has no taskUuid for this assignee: it was refused, or its handle is lost";
}

export function endCall(
  operation: EndOperation,
  { input, taskUuid }: { readonly input: TaskInput; readonly taskUuid: string },
): PlatformCall {
  const { of: _reference, assigneeId: _pick, ...fields } = input;
  const query = parametersOf({ ...fields, taskUuid });
  return { method: "GET", path: PATHS[operation], query, isUnobservable: true };
}

/** Whether the gateway does not have this API. */
export function isMissing(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && answer.status === 404;
}

export const MISSING = {
  code: "HTTP 404",
  text: "the gateway does not expose this API: the task has to be ended on the platform itself",
};
