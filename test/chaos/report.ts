/**
 * The result: the table of invariants and further figures.
 */
import type { Delivery, DeliveryState } from "../../src/delivery/record.ts";
import { detailsOf } from "./invariants/accused.ts";
import { lossesOf, type LossCount } from "./invariants/lost-by-redis.ts";
import { INVARIANTS, type Breach, type Evidence, type Invariant } from "./invariants/evidence.ts";

interface Run {
  readonly seed: number;
  /** The readings of the documents that the sandbox followed, in words. */
  readonly readings: readonly string[];
  /** Other settings of the sandbox, as JSON. */
  readonly platform: string;
  /** Number of disturbances by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly disturbances: number;
  readonly looks: number;
  /** The longest time, in ms, between the end of a disturbance and the next delivery that ended. */
  readonly slowestRecoveryMs: number;
}

export interface Report extends Run {
  readonly acknowledged: Readonly<Record<string, number>>;
  /** Number of acknowledged orders by way in. */
  readonly acknowledgedBy: Readonly<Record<string, number>>;
  readonly acknowledgedAgain: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly deaths: Readonly<Record<string, number>>;
  /** Number of deaths by their detail, with ids left out. */
  readonly deathsInWords: Readonly<Record<string, number>>;
  /** What promoted replicas never had; not a breach of Bida's. */
  readonly lostByRedis: LossCount;
  /** Number of schedules and tasks whose id does not fit into a JavaScript number. */
  readonly bigIds: number;
  /** Number of confirmed deliveries whose records were trimmed. */
  readonly trimmed: number;
  readonly calls: number;
  readonly faults: number;
  /** Number of faults by name. */
  readonly faultsByName: Readonly<Record<string, number>>;
  readonly sends: number;
  readonly checks: number;
  readonly invariants: Readonly<Record<Invariant, number>>;
  readonly kept: boolean;
  readonly breaches: readonly Breach[];
}

export function reportOn(evidence: Evidence, breaches: readonly Breach[], run: Run): Report {
  const { history, ledger, deaths } = evidence;
  const records = [...evidence.records.values()].filter(
    (record) => record !== null && record !== "unreadable",
  );
  const count = (invariant: Invariant): number =>
    breaches.filter((breach) => breach.invariant === invariant).length;
  return {
    ...run,
    acknowledged: tally(history.all.map(({ workload }) => workload.name)),
    acknowledgedBy: tally(history.all.map(({ way }) => way)),
    acknowledgedAgain: history.repeats,
    ends: tally(records.map(({ state }) => state.status)),
    deaths: tally(deaths.map(({ state }) => state.reason ?? "no reason")),
    deathsInWords: tally(deaths.map((death) => withoutNames(detailsOf(death)))),
    lostByRedis: lossesOf(evidence.promotions),
    bigIds: ledger.bigIds,
    trimmed: records.filter(({ state }) => isTrimmed(state)).length,
    calls: ledger.calls.length,
    faults: ledger.calls.filter(({ fault }) => fault !== null).length,
    faultsByName: tally(ledger.calls.flatMap(({ fault }) => fault ?? [])),
    sends: sum(records, ({ state }) => state.sends),
    checks: sum(records, ({ state }) => state.checks),
    invariants: Object.fromEntries(INVARIANTS.map((name) => [name, count(name)])) as Record<
      Invariant,
      number
    >,
    kept: breaches.length === 0,
    breaches: breaches.slice(0, 50),
  };
}

/** A trimmed record has lost the times at which its recipients were sent to. */
function isTrimmed({ status, sends, recipients }: DeliveryState): boolean {
  return status === "confirmed" && sends > 0 && recipients.every(({ sentAt }) => sentAt === null);
}

export function table(report: Report): string {
  const figures: [string, string | number][] = [
    ["seed", report.seed],
    ["acknowledged", words(report.acknowledged)],
    ["acknowledged, by the way in", words(report.acknowledgedBy)],
    ["acknowledged again, same key", report.acknowledgedAgain],
    ["ended", words(report.ends)],
    ["deaths, replayed ones included", words(report.deaths)],
    [
      "why they died",
      Object.entries(report.deathsInWords)
        .map(([why, count]) => `${count} × ${why}`)
        .join(" | "),
    ],
    ["lost by Redis, counted apart", words({ ...report.lostByRedis })],
    ["readings", report.readings.join("; ")],
    ["ids above 2^53", report.bigIds],
    ["trimmed", report.trimmed],
    ["platform", report.platform],
    ["disturbances", `${report.disturbances}: ${words(report.kinds)}`],
    ["faults by name", words(report.faultsByName)],
    ["calls at the platform, with a fault", `${report.calls}, ${report.faults}`],
    ["sends, checks", `${report.sends}, ${report.checks}`],
    ["slowest recovery, to the next end", `${(report.slowestRecoveryMs / 1_000).toFixed(1)} s`],
    ["seconds", report.seconds.toFixed(1)],
  ];
  const invariants = INVARIANTS.map((name): [string, number] => [name, report.invariants[name]]);
  const breaches = report.breaches
    .slice(0, 10)
    .map(({ invariant, id, what }) => `  ${invariant}: ${id ?? ""} ${what}`);
  const verdict = report.kept ? "Every promise was kept." : "A PROMISE WAS BROKEN.";
  return [rows(figures), "", rows(invariants), "", ...breaches, `  ${verdict}`].join("\n");
}

function rows(pairs: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

function withoutNames(text: string): string {
  return text
    .replace(/\b(?:d-[\w-]{10,}|(?:todos|schedules|tasks)-[\w/-]+|\d{3,}[\w-]*)/g, "…")
    .slice(0, 120);
}

function tally(names: readonly string[]): Record<string, number> {
  const groups = Object.groupBy(names, (name) => name);
  return Object.fromEntries(Object.entries(groups).map(([name, all]) => [name, all?.length ?? 0]));
}

function words(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function sum(records: readonly Delivery[], figure: (record: Delivery) => number): number {
  return records.reduce((total, record) => total + figure(record), 0);
}
