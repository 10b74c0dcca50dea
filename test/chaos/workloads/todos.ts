/**
 * Todos: a create for one to three people, then its changes, in the lane of its sourceId.
 */
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import type { Dice } from "../dice.ts";
import type { LedgerTodo, SandboxLedger } from "../sandbox.ts";
import { namesOf, gaveFalseSuccess, type Effect, type Workload } from "./workload.ts";

const ACCOUNT = "yzj";
const APP_ID = "500041933";

export const todos: Workload = { name: "todos", lane, effect, tooEarly };

function lane(sourceId: string, dice: Dice): EnqueueInput[] {
  const people = namesOf(sourceId, 1 + dice.below(3));
  const orders = [create(sourceId, people)];
  if (dice.chance(0.25)) orders.push(update(sourceId, "read", people.slice(0, 1)));
  if (dice.chance(0.6)) orders.push(update(sourceId, "deal", people));
  if (dice.chance(0.4)) orders.push(update(sourceId, "delete", people));
  return orders;
}

function create(sourceId: string, people: readonly string[]): EnqueueInput {
  return {
    account: ACCOUNT,
    operation: "todo.create",
    key: `${sourceId}/create`,
    payload: {
      sourceId,
      appId: APP_ID,
      title: "请假审批",
      headImg: "https://oa.example/head.png",
      url: "https://oa.example/todo?id=1",
      params: people.map((openId) => ({ openId, status: { DO: 0, READ: 0 } })),
    },
  };
}

type Change = "read" | "deal" | "delete";

function update(sourceId: string, change: Change, people: readonly string[]): EnqueueInput {
  return {
    account: ACCOUNT,
    operation: "todo.update",
    key: `${sourceId}/${change}`,
    payload: {
      sourcetype: APP_ID,
      sourceitemid: sourceId,
      actiontype: { [change]: 1 },
      openids: people,
    },
  };
}

function effect({ operation, payload }: EnqueueInput, recipient: string, ledger: SandboxLedger): Effect {
  const isCreate = operation === "todo.create";
  const sourceId = String(isCreate ? payload["sourceId"] : payload["sourceitemid"]);
  const todo = ledger.todo(sourceId, recipient);
  const change = isCreate ? "store" : changeOf(payload);
  const calls = ledger.callsOf(sourceId);
  // An action on a todo that was never created (its create died) is kept for an hour and answered with success.
  const wasKept = !isCreate && todo === null && calls.some(({ endpoint }) => endpoint === "todo.action");
  const wasToldSo = wasKept || gaveFalseSuccess(calls, isCreate ? "todo.create" : "todo.action");
  // No check can see whether a `read` was done, so a repeat is allowed if it changes nothing.
  const counts = (deed: { readonly effect: boolean }): boolean => change !== "read" || deed.effect;
  const deeds = (todo?.history ?? []).filter((deed) => deed.change === change && counts(deed));
  return {
    deeds,
    visibleAt: todo === null ? null : visibleAt(todo, change),
    isSo: isSo(todo, change),
    wasToldSo,
  };
}

function changeOf({ actiontype }: EnqueueInput["payload"]): Change {
  const change = (["read", "deal", "delete"] as const).find((name) => name in (actiontype as object));
  if (change === undefined) throw new Error("an update without a change");
  return change;
}

function visibleAt(todo: LedgerTodo, change: Change | "store"): number | null {
  switch (change) {
    case "store":
      return todo.visibleAt;
    case "deal":
      return todo.dealVisibleAt;
    case "delete":
      return todo.deletedVisibleAt;
    case "read":
      return null;
  }
}

function isSo(todo: LedgerTodo | null, change: Change | "store"): boolean {
  switch (change) {
    case "store":
      return todo !== null;
    case "deal":
      // A later zero may have undone it, if the platform follows that reading.
      return todo?.history.some((deed) => deed.change === "deal") === true;
    case "read":
      return todo?.history.some((deed) => deed.change === "read") === true;
    case "delete":
      // A todo that was never created counts as deleted.
      return todo === null || todo.deleted;
  }
}

/**
 * Counts actions that came before their create. The platform keeps them, so that they later look as if they had
 * come in time.
 */
function tooEarly(sourceId: string, ledger: SandboxLedger): number {
  const calls = ledger.callsOf(sourceId);
  const lastStore = calls.findLast(
    ({ endpoint, outcome }) => endpoint === "todo.create" && outcome.includes("stored"),
  );
  if (lastStore === undefined) return 0;
  return calls.filter(
    ({ endpoint, seq, outcome }) =>
      endpoint === "todo.action" && seq < lastStore.seq && outcome.includes("applied"),
  ).length;
}
