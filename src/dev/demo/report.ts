/**
 * The demo's verdict: what Bida says, compared with what the platforms really stored.
 */
import type { Delivery } from "../../delivery/record.ts";
import { PARTS, type Accepted } from "./orders.ts";
import type { DemoPart, PartName, SandboxLedger } from "./platforms/scenario.ts";

export interface Figures {
  readonly accepted: number;
  readonly confirmed: number;
  readonly dead: Readonly<Record<string, number>>;
  /** Acknowledged, but gone from Redis: a broken promise. */
  readonly lost: number;
  /** Not ended when nothing had ended for three minutes. */
  readonly unfinished: number;
  /** How many times a platform stored more than one for an order and recipient. */
  readonly duplicates: number;
  /** How many were called confirmed but are not on the platform, or dead as unproven but are. */
  readonly lies: number;
  readonly sends: number;
  readonly checks: number;
  readonly resends: number;
}

export interface Report extends Figures {
  readonly platforms: Readonly<Record<PartName, Figures>>;
  /** How many checks exceeded five a minute for one todo. */
  readonly checksOverLimit: number;
  readonly workerKilled: boolean;
  readonly seconds: number;
  readonly promisesKept: boolean;
}

interface Evidence {
  readonly accepted: readonly Accepted[];
  /** The records by id; a missing one is lost. */
  readonly records: ReadonlyMap<string, Delivery>;
  readonly ledger: SandboxLedger;
  readonly seconds: number;
  readonly workerKilled: boolean;
}

export function judge({ accepted, records, ledger, seconds, workerKilled }: Evidence): Report {
  const figuresOf = (part: DemoPart): Figures => {
    const orders = accepted.filter((order) => order.part === part.name);
    const found = orders.flatMap(({ id, input: { payload } }) => {
      const delivery = records.get(id);
      return delivery === undefined ? [] : [{ ...delivery, payload }];
    });
    return { ...counted(orders.length, found), ...part.judge(found, ledger) };
  };
  const platforms = Object.fromEntries(
    PARTS.map((part) => [part.name, figuresOf(part)]),
  ) as Report["platforms"];
  const total = add(Object.values(platforms));
  const checksOverLimit = ledger.violations["checkOverLimit"] ?? 0;
  const broken = total.lost + total.duplicates + total.lies + checksOverLimit;
  return { ...total, platforms, checksOverLimit, workerKilled, seconds, promisesKept: broken === 0 };
}

function counted(accepted: number, found: readonly Delivery[]): Omit<Figures, "duplicates" | "lies"> {
  const dead = Object.groupBy(
    found.filter(({ state }) => state.status === "dead"),
    ({ state }) => state.reason ?? "no reason",
  );
  const sum = (figure: (delivery: Delivery) => number): number =>
    found.reduce((total, delivery) => total + figure(delivery), 0);
  return {
    accepted,
    confirmed: found.filter(({ state }) => state.status === "confirmed").length,
    dead: Object.fromEntries(Object.entries(dead).map(([reason, letters]) => [reason, letters?.length ?? 0])),
    lost: accepted - found.length,
    unfinished: found.filter(({ state }) => state.finishedAt === undefined).length,
    sends: sum(({ state }) => state.sends),
    checks: sum(({ state }) => state.checks),
    // Sends beyond the first for a recipient: where a call takes one recipient, each has its own send.
    resends: sum(({ state }) => state.recipients.reduce((most, { sends }) => Math.max(most, sends - 1), 0)),
  };
}

function add(parts: readonly Figures[]): Figures {
  const sum = (figure: (part: Figures) => number): number =>
    parts.reduce((total, part) => total + figure(part), 0);
  const dead: Record<string, number> = {};
  for (const [reason, count] of parts.flatMap((part) => Object.entries(part.dead))) {
    dead[reason] = (dead[reason] ?? 0) + count;
  }
  return {
    dead,
    accepted: sum(({ accepted }) => accepted),
    confirmed: sum(({ confirmed }) => confirmed),
    lost: sum(({ lost }) => lost),
    unfinished: sum(({ unfinished }) => unfinished),
    duplicates: sum(({ duplicates }) => duplicates),
    lies: sum(({ lies }) => lies),
    sends: sum(({ sends }) => sends),
    checks: sum(({ checks }) => checks),
    resends: sum(({ resends }) => resends),
  };
}
