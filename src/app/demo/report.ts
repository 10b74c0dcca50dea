/**
 * The demo's verdict: what Bida says, compared with what the platform really stored.
 */
import type { Delivery } from "../../delivery/record.ts";

/** One todo for one recipient, as the sandbox's ledger tells it. */
export interface LedgerTodo {
  readonly sourceId: string;
  readonly openId: string;
  readonly stores: number;
  readonly repeats: number;
}

export interface SandboxLedger {
  readonly todos: readonly LedgerTodo[];
  readonly violations: Readonly<Record<string, number>>;
}

export interface Report {
  readonly accepted: number;
  readonly confirmed: number;
  readonly dead: Readonly<Record<string, number>>;
  /** Acknowledged, and gone from Redis: a broken promise. */
  readonly lost: number;
  /** Still being sent or verified when the demo ran out of time. */
  readonly unfinished: number;
  /** Sends of one todo to one recipient beyond the first that the platform stored. */
  readonly duplicates: number;
  /** Called confirmed, but not on the platform; or dead as unproven, but on the platform. */
  readonly lies: number;
  /** Checks beyond five a minute for one todo. */
  readonly checksOverLimit: number;
  readonly sends: number;
  readonly checks: number;
  readonly resends: number;
  readonly workerKilled: boolean;
  readonly seconds: number;
  readonly promisesKept: boolean;
}

export function judge(
  accepted: readonly string[],
  records: readonly Delivery[],
  ledger: SandboxLedger,
  run: { readonly seconds: number; readonly workerKilled: boolean },
): Report {
  const stored = new Map(ledger.todos.map((todo) => [`${todo.sourceId} ${todo.openId}`, todo]));
  const isStored = (delivery: Delivery, openId: string): boolean =>
    (stored.get(`${delivery.request.lane ?? ""} ${openId}`)?.stores ?? 0) > 0;
  const ended = records.filter(({ state }) => state.status === "confirmed" || state.status === "dead");
  const confirmed = records.filter(({ state }) => state.status === "confirmed");
  const unproven = records.filter(({ state }) => state.reason === "unproven");
  const dead = Object.groupBy(
    records.filter(({ state }) => state.status === "dead"),
    ({ state }) => state.reason ?? "no reason",
  );
  const saidButAbsent = confirmed.filter((delivery) =>
    delivery.state.recipients.some(({ id }) => !isStored(delivery, id)),
  );
  const deniedButThere = unproven.filter((delivery) =>
    delivery.state.recipients.every(({ id }) => isStored(delivery, id)),
  );
  const figures = {
    lost: accepted.length - records.length,
    duplicates: ledger.todos.reduce((sum, todo) => sum + todo.repeats + Math.max(0, todo.stores - 1), 0),
    lies: saidButAbsent.length + deniedButThere.length,
    checksOverLimit: ledger.violations["checkOverLimit"] ?? 0,
  };
  return {
    accepted: accepted.length,
    confirmed: confirmed.length,
    dead: Object.fromEntries(Object.entries(dead).map(([reason, letters]) => [reason, letters?.length ?? 0])),
    ...figures,
    unfinished: records.length - ended.length,
    sends: sum(records, ({ state }) => state.sends),
    checks: sum(records, ({ state }) => state.checks),
    resends: sum(records, ({ state }) => Math.max(0, state.sends - 1)),
    ...run,
    promisesKept: Object.values(figures).every((figure) => figure === 0),
  };
}

function sum(records: readonly Delivery[], figure: (delivery: Delivery) => number): number {
  return records.reduce((total, delivery) => total + figure(delivery), 0);
}

export function table(report: Report): string {
  const dead = Object.entries(report.dead).map(([reason, count]) => `${reason} ${count}`);
  const rows: [string, string | number][] = [
    ["accepted", report.accepted],
    ["confirmed", report.confirmed],
    ["dead", dead.length === 0 ? 0 : dead.join(", ")],
    ["lost", report.lost],
    ...(report.unfinished > 0 ? [["unfinished", report.unfinished] as [string, number]] : []),
    ["duplicates at the platform", report.duplicates],
    ["said but not so", report.lies],
    ["checks over the platform's limit", report.checksOverLimit],
    ["sends", report.sends],
    ["checks", report.checks],
    ["resends, absence proven first", report.resends],
    ["worker killed and restarted", report.workerKilled ? "yes" : "no"],
    ["seconds", report.seconds.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [...lines, "", `  ${verdictOf(report)}`].join("\n");
}

function verdictOf({ promisesKept, unfinished }: Report): string {
  if (!promisesKept) return "A PROMISE WAS BROKEN.";
  if (unfinished > 0) return `The demo ran out of time: ${unfinished} are still on their way.`;
  return "Every promise was kept.";
}
