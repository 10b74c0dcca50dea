/**
 * The channel of Yunzhijia todos: `todo.create` and `todo.update` (document 000).
 */
import type { CheckOutcome } from "../../delivery/outcome.ts";
import type { Channel, OperationSpec } from "../channel.ts";
import { checkTodo } from "./check.ts";
import { createInput, MOST_RECIPIENTS, recipientsOf, todoOf, updateInput, type TodoInput } from "./input.ts";
import { sendTodo } from "./send.ts";

const shared = {
  // Create and update of one todo reach the platform in order.
  entity: (input: TodoInput) => todoOf(input).sourceId,
  recipients: recipientsOf,
  recipientsPerSend: MOST_RECIPIENTS,
};

export const yunzhijiaTodo: Channel<TodoInput> = {
  name: "yunzhijia-todo",
  operations: {
    "todo.create": { ...shared, input: createInput } satisfies OperationSpec<TodoInput>,
    "todo.update": { ...shared, input: updateInput } satisfies OperationSpec<TodoInput>,
  },
  send: sendTodo,
  check: async (batch, account, signal) =>
    Promise.all(batch.map(async (request): Promise<CheckOutcome> => checkTodo(request, account, signal))),
};
