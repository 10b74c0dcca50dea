/**
 * Hainan's tasks: a create for one to three people, one call each, then an end for some of them. No endpoint
 * shows a task. A check repeats the create, so a repeat with the same bizTaskId is a check and not a second
 * task.
 */
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import type { Dice } from "../dice.ts";
import type { SandboxLedger } from "../sandbox.ts";
import { namesOf, gaveFalseSuccess, type Effect, type Workload } from "./workload.ts";

const ACCOUNT = "hn";
const CREATOR = "1001";

export const tasks: Workload = { name: "tasks", lane: laneOf, effect };

function laneOf(name: string, dice: Dice): EnqueueInput[] {
  const of = `${name}/create`;
  const people = namesOf(name, 1 + dice.below(3));
  const orders = [order("create", of, created(name, people))];
  const [first = ""] = people;
  if (dice.chance(0.4)) {
    orders.push(order("finish", `${name}/finish`, { userId: CREATOR, of, assigneeId: first }));
  }
  return orders;
}

function created(name: string, people: readonly string[]): Record<string, unknown> {
  return {
    subject: name,
    creatorId: CREATOR,
    tenantId: "1",
    url: "https://oa.example/pc?id=1",
    mobileUrl: "https://oa.example/m?id=1",
    assignees: people.map((assigneeId) => ({ assigneeId, bizTaskId: assigneeId })),
  };
}

function order(verb: string, key: string, payload: Record<string, unknown>): EnqueueInput {
  return { account: ACCOUNT, operation: `task.${verb}`, key, payload };
}

function effect({ operation, key = "" }: EnqueueInput, recipient: string, ledger: SandboxLedger): Effect {
  const lane = key.split("/")[0] ?? "";
  const rows = ledger.tasksOf(lane);
  const isCreate = operation === "task.create";
  const whose = isCreate ? recipient : `${lane}-p0`;
  const meant = rows.filter(({ assigneeId }) => assigneeId === whose);
  // A create names a bizTaskId; an end names the uuid of an existing task.
  const about = isCreate ? recipient : (meant[0]?.taskUuid ?? null);
  const endpoint = isCreate ? "task.create" : "task.finish";
  const wasToldSo = about !== null && gaveFalseSuccess(ledger.callsOf(about), endpoint);
  const wanted = isCreate ? "store" : "finish";
  const deeds = meant.flatMap(({ history }) =>
    history.filter(({ change, effect: did }) => did && change === wanted),
  );
  return { deeds, visibleAt: null, isSo: deeds.length > 0, wasToldSo };
}
