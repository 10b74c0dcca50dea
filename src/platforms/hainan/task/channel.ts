/**
 * The channel of Hainan tasks: `task.create`, `task.finish`, `task.cancel` (document 003; docs/platforms/hainan.md, "Tasks").
 *
 * Operations on one task reach the platform in order: those that name it by `of` share the lane of its create,
 * which is named by the create's key.
 */
import type { CheckOutcome, SendOutcome } from "../../../delivery/outcome.ts";
import type { AccountAccess } from "../../account-access.ts";
import type { Channel, CheckRequest, OperationSpec, SendRequest } from "../../channel.ts";
import { tryCall } from "../../try-credentials.ts";
import { ABOUT } from "./about.ts";
import { checkCreate, checkEnd } from "./check.ts";
import { CREATE_PATH } from "./create.ts";
import { namedTask, type EndOperation } from "./end.ts";
import { assigneesOf, cancelInput, createInput, finishInput, type TaskInput } from "./input.ts";
import { sendCreate, sendEnd } from "./send.ts";

type Spec = OperationSpec<TaskInput>;
type TaskOperation = "task.create" | EndOperation;

const creating = {
  entity: ({ of, bizTaskId }, key) => of ?? key ?? (bizTaskId == null ? null : String(bizTaskId)),
  refersTo: ({ of }) => of ?? null,
  isNamedIn: (_input, { packageUuid }) => packageUuid !== undefined,
  recipients: assigneesOf,
  // One call for each assignee. The ids of its reply are stored before the next call leaves.
  recipientsPerSend: 1,
  isCheckedByRepeat: true,
  // One delivery may have very many assignees.
  payloadLimitBytes: 1024 * 1024,
} satisfies Partial<Spec>;

const ending = {
  entity: ({ of, taskUuid }) => of ?? taskUuid ?? null,
  refersTo: ({ of }) => of ?? null,
  isNamedIn: (input, receipt) => namedTask(input, receipt) !== null,
  recipients: assigneesOf,
  recipientsPerSend: 1,
  isCheckedByRepeat: true,
} satisfies Partial<Spec>;

const operations = {
  "task.create": {
    ...creating,
    about: ABOUT["task.create"],
    input: createInput,
  },
  "task.finish": {
    ...ending,
    about: ABOUT["task.finish"],
    input: finishInput,
  },
  "task.cancel": {
    ...ending,
    about: ABOUT["task.cancel"],
    input: cancelInput,
  },
} satisfies Record<TaskOperation, Spec>;

export const hainanTask: Channel<TaskInput> = {
  name: "hainan-task",
  operations,
  send: sendTask,
  // Harmless: without any of its required parameters the call can create nothing.
  tryCredentials: async (account, { signal }) =>
    tryCall({ bucket: "task", method: "GET", path: CREATE_PATH, query: {} }, { account, signal }),
  check: async (batch, { account, signal }) =>
    Promise.all(batch.map(async (request) => checkTask(request, { account, signal }))),
};

async function sendTask(
  request: SendRequest<TaskInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const operation = taskOperation(request.operation);
  switch (operation) {
    case "task.create":
      return sendCreate(request, { account, signal });
    case "task.finish":
    case "task.cancel":
      return sendEnd({ operation, request }, { account, signal });
  }
}

async function checkTask(
  request: CheckRequest<TaskInput>,
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<CheckOutcome> {
  const operation = taskOperation(request.operation);
  switch (operation) {
    case "task.create":
      return checkCreate(request, { account, signal });
    case "task.finish":
    case "task.cancel":
      return checkEnd({ operation, request }, { account, signal });
  }
}

function taskOperation(name: string): TaskOperation {
  if (Object.hasOwn(operations, name)) return name as TaskOperation;
  throw new TypeError(`${name} is not an operation of this channel`);
}
