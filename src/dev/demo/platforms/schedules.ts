/**
 * Schedules of Yunzhijia, which has no idempotency key: two schedules with the same content mean a double send.
 */
import type { Delivery } from "../../../delivery/record.ts";
import {
  countLies,
  exampleFile,
  renamed,
  type Delivered,
  type DemoPart,
  type SandboxLedger,
} from "./scenario.ts";

type Row = SandboxLedger["schedules"][number];

export const schedules: DemoPart = {
  name: "schedules",
  account: "yzj",
  file: exampleFile("schedules"),
  again: (input, round) => {
    const { of, content } = input.payload;
    const named = typeof of === "string" ? { of: renamed(of, round) } : {};
    const told = typeof content === "string" ? { content: `${content} ${round + 1}` } : {};
    return { ...input, key: renamed(input.key, round), payload: { ...input.payload, ...named, ...told } };
  },
  judge: (deliveries, ledger) => {
    const creates = deliveries.filter(({ request }) => request.operation === "schedule.create");
    const rows = new Map(ledger.schedules.map((row) => [row.id, row]));
    const workIds = new Map(creates.map(({ request, state }) => [request.key, state.receipt?.["workId"]]));
    const rowOf = (delivery: Delivered): Row | undefined => {
      const { operation, key } = delivery.request;
      const of = operation === "schedule.create" ? key : delivery.payload["of"];
      return rows.get(workIds.get(typeof of === "string" ? of : "") ?? "");
    };
    return {
      duplicates: Math.max(0, ledger.schedules.length - creates.length),
      lies: countLies(deliveries, (delivery) => isDone(delivery, rowOf(delivery))),
    };
  },
};

function isDone({ request }: Delivery, row: Row | undefined): boolean {
  const verb = request.operation.split(".")[1];
  const wanted = verb === "create" ? "store" : verb;
  return row?.history.some(({ change }) => change === wanted) ?? false;
}
