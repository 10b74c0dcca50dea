/**
 * Schedules: a create, then changes that refer to it by the create's key. The platform has no key for
 * schedules, so each has an actor of its own.
 */
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import type { Dice } from "../dice.ts";
import type { SandboxLedger } from "../sandbox.ts";
import type { Effect, Workload } from "./workload.ts";

const ACCOUNT = "yzj";
const CREATOR = "5a67e08d00b0e8dfe4aab4fa";
/** Friday, 2 January 2026, 10:00 in Shanghai. */
const FRIDAY = Date.UTC(2026, 0, 2, 2);
const HOUR = 3_600_000;

export const schedules: Workload = { name: "schedules", lane, effect };

function lane(name: string, dice: Dice): EnqueueInput[] {
  const of = `${name}/create`;
  const startDate = FRIDAY + dice.below(48) * HOUR;
  const orders = [
    order("create", of, {
      content: ` ${name}  <会> & 🚀 `,
      startDate,
      endDate: startDate + HOUR,
      actors: [name],
    }),
  ];
  if (dice.chance(0.5)) orders.push(order("modify", `${name}/modify`, { of, content: `${name} 改` }));
  if (dice.chance(0.4)) orders.push(order("finish", `${name}/finish`, { of }));
  if (dice.chance(0.3)) orders.push(order("delete", `${name}/delete`, { of }));
  return orders;
}

function order(verb: string, key: string, payload: Record<string, unknown>): EnqueueInput {
  return { account: ACCOUNT, operation: `schedule.${verb}`, key, payload: { openid: CREATOR, ...payload } };
}

function effect({ operation, key = "" }: EnqueueInput, _everybody: string, ledger: SandboxLedger): Effect {
  const verb = operation.split(".")[1] ?? "";
  const rows = ledger.schedulesOf(key.split("/")[0] ?? "");
  const deeds = rows.flatMap(({ history }) =>
    history.filter(({ change }) => change === (verb === "create" ? "store" : verb)),
  );
  const [row] = rows;
  // Everything about a schedule can be read back, so a reply alone proves nothing.
  return {
    deeds,
    visibleAt: row?.visibleAt ?? null,
    isSo: row !== undefined && deeds.length > 0,
    wasToldSo: false,
  };
}
