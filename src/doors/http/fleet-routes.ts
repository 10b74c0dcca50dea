/**
 * The fleet over HTTP: the processes that run, and what the doctor finds.
 */
import { acceptedLanguage, type Language } from "../../language/language.ts";
import { inLanguage } from "../../language/say.ts";
import { whenReachable, type OperationsContext } from "../../operations/context.ts";
import { readWork } from "../../operations/account-work.ts";
import type { AccountObjective } from "../../operations/kept-objective.ts";
import { readSlo } from "../../operations/slo.ts";
import { listWorkers } from "../../operations/workers.ts";
import { calls } from "./contract.ts";
import { readStats } from "../../operations/stats.ts";
import { problemOf, unavailable } from "./problem.ts";
import { route, type Route } from "./route.ts";

/** One finding of the doctor. */
interface DoctorFinding {
  readonly about: string;
  readonly verdict: "ok" | "warning" | "broken";
  readonly found: string;
  readonly mend: string | null;
}

interface FleetParts {
  /** Reads the state of each master of Redis. */
  readonly readRedisState: () => Promise<readonly RedisState[]>;
  /** The configuration in force, without secrets. */
  readonly config: unknown;
  readonly diagnose: () => Promise<readonly DoctorFinding[]>;
  /** The objective of each account that has one. */
  readonly objectives: ReadonlyMap<string, AccountObjective>;
}

/** The state of one master of Redis. */
export interface RedisState {
  readonly version: string;
  readonly role: string;
  readonly usedBytes: number;
  readonly mostBytes: number;
  readonly policy: string;
  readonly writesAof: boolean;
  readonly replicas: number;
  /** Null where no replica is connected. */
  readonly replicaLagBytes: number | null;
  readonly clients: number;
  readonly commandsPerSecond: number;
  readonly uptimeMs: number;
}

const FRESH_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A width that makes about sixty buckets, in whole minutes, or in whole hours where only hours are kept. */
function usualBucketMs(spanMs: number): number {
  const unit = spanMs > 24 * HOUR_MS ? HOUR_MS : MINUTE_MS;
  return Math.max(unit, Math.ceil(spanMs / 60 / unit) * unit);
}

export function fleetRoutes(
  context: OperationsContext,
  { diagnose, objectives, readRedisState, config }: FleetParts,
): Route[] {
  let latest: { readonly at: number; readonly findings: Promise<readonly DoctorFinding[]> } | null = null;
  const findings = async (): Promise<readonly DoctorFinding[]> => {
    // Requests within `FRESH_MS` share one result, so the platforms are asked once.
    const now = performance.now();
    if (latest === null || now - latest.at > FRESH_MS) latest = { at: now, findings: diagnose() };
    const { findings } = latest;
    return findings.catch((error: unknown) => {
      latest = null;
      throw error;
    });
  };
  return [
    route(calls.listWorkers, async () => {
      const result = await listWorkers(context);
      if (result.kind === "unavailable") return unavailable(result);
      return { status: 200, body: { items: result.items, nextCursor: null } };
    }),
    route(calls.readStats, async ({ query, caller }) => {
      const { account, until: toMs = context.now(), bucketMinutes } = query;
      const fromMs = query.since ?? toMs - HOUR_MS;
      const bucketMs = bucketMinutes === undefined ? usualBucketMs(toMs - fromMs) : bucketMinutes * MINUTE_MS;
      const result = await readStats({ caller, account, fromMs, toMs, bucketMs }, { objectives, context });
      if (result.kind !== "stats") return problemOf(result);
      const { kind: _kind, ...stats } = result;
      return { status: 200, body: stats };
    }),
    route(calls.readSlo, async ({ query: { account, since }, caller }) => {
      const result = await readSlo({ caller, account, since }, { objectives, context });
      if (result.kind !== "slo") return problemOf(result);
      return { status: 200, body: { from: result.from, items: result.items, nextCursor: null } };
    }),
    route(calls.showSystem, async ({ query: { include }, caller }) => {
      const read = await whenReachable({ context }, async () => {
        const [redis, work] = await Promise.all([readRedisState(), readWork(caller, context)]);
        return { redis, work };
      });
      if ("kind" in read) return unavailable(read);
      return { status: 200, body: { ...read, ...(include === undefined ? {} : { config }) } };
    }),
    route(calls.runDoctor, async ({ headers }) => {
      const language = acceptedLanguage(headers["accept-language"]);
      const items = (await findings()).map((finding) => findingIn(finding, language));
      return { status: 200, body: { items, nextCursor: null } };
    }),
  ];
}

function findingIn({ about, verdict, found, mend }: DoctorFinding, language: Language): DoctorFinding {
  return {
    about: inLanguage(about, language),
    verdict,
    found: inLanguage(found, language),
    mend: mend === null ? null : inLanguage(mend, language),
  };
}
