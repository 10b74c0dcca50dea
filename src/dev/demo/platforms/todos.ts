/**
 * Todos of Yunzhijia: one for each recipient. A repeated create is counted, although the platform ignores it.
 */
import { countLies, exampleFile, renamed, type DemoPart } from "./scenario.ts";

export const todos: DemoPart = {
  name: "todos",
  account: "yzj",
  file: exampleFile("todos"),
  again: (input, round) => ({
    ...input,
    key: renamed(input.key, round),
    payload: { ...input.payload, sourceId: renamed(String(input.payload["sourceId"]), round) },
  }),
  judge: (deliveries, ledger) => {
    const stored = new Set(ledger.todos.map(({ sourceId, openId }) => `${sourceId} ${openId}`));
    return {
      duplicates: ledger.todos.reduce((sum, todo) => sum + todo.repeats + todo.stores - 1, 0),
      lies: countLies(deliveries, ({ payload, state }) =>
        state.recipients.every(({ id }) => stored.has(`${String(payload["sourceId"])} ${id}`)),
      ),
    };
  },
};
