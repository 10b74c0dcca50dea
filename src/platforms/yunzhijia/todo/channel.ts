/**
 * The channel of Yunzhijia todos: `todo.create` and `todo.update` (document 000).
 */
import type { CheckOutcome } from "../../../delivery/outcome.ts";
import type { Channel, OperationSpec } from "../../channel.ts";
import { tryGateway } from "../try-gateway.ts";
import { ABOUT } from "./about.ts";
import { askAboutNothing } from "./ask.ts";
import { checkTodo } from "./check.ts";
import { contentsFor } from "./claims.ts";
import {
  createInput,
  inputsOf,
  isCreate,
  MOST_RECIPIENTS,
  recipientsOf,
  todoOf,
  updateInput,
  type TodoInput,
} from "./input.ts";
import { sendTodo } from "./send.ts";

const shared = {
  // Create and update of one todo reach the platform in order.
  entity: (input: TodoInput) => todoOf(input).sourceId,
  recipients: recipientsOf,
  recipientsPerSend: MOST_RECIPIENTS,
};

/** As the vendor publishes them (docs/platforms/yunzhijia.md, "Todos"). */
const CODES = {
  0: "a parameter is missing or wrong; the platform's words name it",
  1: "a parameter is missing or wrong; the platform's words name it",
  203: "too many recipients in one call",
  404: "the platform could not look up the members: an openId is wrong, or the platform has a fault",
  501: "some of the openIds are unknown to the platform",
  502: "some of the openIds are unknown to the platform",
  505: "none of the openIds is known to the platform",
};

const creating = {
  ...shared,
  /** Whether a new openId under an old sourceId is created is unknown (docs/platforms/yunzhijia.md, "Todos"). */
  resendsTogether: true,
  /** A second create of the same todo is compared with the first, however long ago that ended. */
  remains: (input: TodoInput, openIds: readonly string[]) =>
    isCreate(input) ? contentsFor(input, openIds) : "",
};

export const yunzhijiaTodo: Channel<TodoInput> = {
  name: "yunzhijia-todo",
  operations: {
    "todo.create": {
      ...creating,
      about: ABOUT["todo.create"],
      input: createInput,
    } satisfies OperationSpec<TodoInput>,
    "todo.update": {
      ...shared,
      about: ABOUT["todo.update"],
      input: updateInput,
    } satisfies OperationSpec<TodoInput>,
  },
  codes: CODES,
  send: sendTodo,
  tryCredentials: async (account, { now, signal }) =>
    tryGateway(
      { scope: "app", bucket: "check", ...askAboutNothing(account.settings, String(now)) },
      { account, signal },
    ),
  check: (batch, { account, signal }) =>
    Promise.all(batch.map((request): Promise<CheckOutcome> => checkTodo(request, { account, signal }))),
};

/** The channel of one account: its token is for one appId, and the platform accepts no other. */
export function yunzhijiaTodoOf(appId: string): Channel<TodoInput> {
  const { create, update } = inputsOf(appId);
  const operations = {
    "todo.create": { ...creating, input: create } satisfies OperationSpec<TodoInput>,
    "todo.update": { ...shared, input: update } satisfies OperationSpec<TodoInput>,
  };
  return { ...yunzhijiaTodo, operations };
}
