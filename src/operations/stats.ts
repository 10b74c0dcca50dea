/**
 * How many deliveries were accepted, confirmed or died in a stretch of time, in buckets, from the counters that
 * the scripts keep; no records are read. Minutes are kept for a day, hours for five weeks.
 */
import { DEAD_REASONS, type DeadReason } from "../delivery/record.ts";
import { CONFIRM_STEPS, CONFIRM_STEPS_MS } from "../delivery/time-to-confirm.ts";
import { isoMoment } from "./moment.ts";
import type { Caller } from "./caller.ts";
import type { HeldLanes, Stretches, Tally } from "./counters.ts";
import {
  overAccounts,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";
import type { FieldError } from "./field-errors.ts";
import { confirmedWithin, USUAL_WITHIN_MS, type AccountObjective } from "./kept-objective.ts";

interface StatsInput {
  readonly caller: Caller;
  /** Default: all accounts that the caller may access. */
  readonly account?: string | undefined;
  /** In ms since 1970; rounded down to the beginning of a minute, or of an hour. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Whole minutes. */
  readonly bucketMs: number;
}

interface Counts {
  readonly accepted: number;
  readonly confirmed: number;
  readonly cancelled: number;
  readonly discarded: number;
  readonly replayed: number;
  /** Calls to the platform by all processes; and (`throttled`) those that it refused for its rate. */
  readonly calls: number;
  readonly throttled: number;
  readonly dead: Readonly<Record<DeadReason, number>>;
  /** One number for each step: the steps end at `confirmStepsMs`, the last one has no end. Replays are left out. */
  readonly timeToConfirm: readonly number[];
}

interface StatsBucket extends Counts {
  /** When it begins. */
  readonly at: string;
  /** How many of those in `timeToConfirm` were within the objective of their account. */
  readonly inTime: number;
}

interface AccountStats extends Counts {
  readonly account: string;
  /** The time limit of its objective, or the usual one where it has none. */
  readonly confirmWithinMs: number;
  /** The held lanes now, whatever stretch was asked for. */
  readonly held: HeldLanes;
}

export type StatsResult =
  | {
      readonly kind: "stats";
      readonly from: string;
      readonly bucketMs: number;
      readonly confirmStepsMs: readonly number[];
      /** All accounts together, the earliest first. */
      readonly buckets: readonly StatsBucket[];
      /** The figures of each account over the whole period. */
      readonly accounts: readonly AccountStats[];
    }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | UnknownAccount
  | Unavailable;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A little less than the scripts keep. */
const MINUTES_KNOWN_MS = 25 * HOUR_MS;
const HOURS_KNOWN_MS = 35 * 24 * HOUR_MS;
const MOST_BUCKETS = 1_440;

/** @param objectives the objectives by account; for accounts without one the usual time limit is used */
export async function readStats(
  input: StatsInput,
  {
    objectives,
    context,
  }: { readonly objectives: ReadonlyMap<string, AccountObjective>; readonly context: OperationsContext },
): Promise<StatsResult> {
  return overAccounts(
    { caller: input.caller, account: input.account, context },
    async (chosen): Promise<StatsResult> => {
      const stretches = stretchesOf(input, context.now());
      if ("errors" in stretches) return { kind: "invalid", errors: stretches.errors };
      const read = await Promise.all(chosen.map((account) => readAccount(account, stretches)));
      const unitMs = stretches.unit === "hour" ? HOUR_MS : MINUTE_MS;
      const withinOf = (account: string): number =>
        objectives.get(account)?.confirmWithinMs ?? USUAL_WITHIN_MS;
      const tallies = read.flatMap((one) =>
        one.tallies.map((tally) => ({ ...tally, withinMs: withinOf(one.account) })),
      );
      const byStretch = Map.groupBy(tallies, ({ stretch }) => stretch);
      const fromMs = stretches.first * unitMs;
      const count = Math.ceil((stretches.last + 1 - stretches.first) / stretches.unitsEach);
      const buckets = Array.from({ length: count }, (_, index) => ({
        at: isoMoment(fromMs + index * input.bucketMs),
        ...countsOf(byStretch.get(index) ?? []),
        inTime: inTimeOf(byStretch.get(index) ?? []),
      }));
      return {
        kind: "stats",
        from: isoMoment(fromMs),
        bucketMs: input.bucketMs,
        confirmStepsMs: CONFIRM_STEPS_MS,
        buckets,
        accounts: read.map(({ account, held, tallies: own }) => ({
          account,
          confirmWithinMs: withinOf(account),
          held,
          ...countsOf(own),
        })),
      };
    },
  );
}

async function readAccount(
  { name, counters }: OperationsAccount,
  stretches: Stretches,
): Promise<{ account: string; held: HeldLanes; tallies: readonly Tally[] }> {
  const [tallies, held] = await Promise.all([counters.tallies(stretches), counters.held()]);
  return { account: name, held, tallies };
}

/** Which counters are to be added up, or why the request is refused. Pure. */
export function stretchesOf(
  { fromMs, toMs, bucketMs }: Pick<StatsInput, "fromMs" | "toMs" | "bucketMs">,
  now: number,
): Stretches | { readonly errors: readonly FieldError[] } {
  const refused = (field: string, detail: string) => ({ errors: [{ pointer: `/query/${field}`, detail }] });
  if (!Number.isInteger(bucketMs / MINUTE_MS) || bucketMs <= 0)
    return refused("bucket", "expected whole minutes");
  if (toMs < fromMs) return refused("until", "expected a moment that is not before since");
  const isByHour = bucketMs % HOUR_MS === 0;
  if (!isByHour && fromMs < now - MINUTES_KNOWN_MS)
    return refused("bucket", "expected whole hours: minutes are known for a day");
  if (fromMs < now - HOURS_KNOWN_MS) return refused("since", "expected at most five weeks ago");
  if ((toMs - fromMs) / bucketMs > MOST_BUCKETS)
    return refused("bucket", `expected at most ${MOST_BUCKETS} buckets`);
  const unitMs = isByHour ? HOUR_MS : MINUTE_MS;
  return {
    unit: isByHour ? "hour" : "minute",
    first: Math.floor(fromMs / unitMs),
    last: Math.floor(toMs / unitMs),
    unitsEach: bucketMs / unitMs,
  };
}

/** Added up for each objective separately, because accounts have different ones. */
function inTimeOf(tallies: readonly (Tally & { readonly withinMs: number })[]): number {
  return [...Map.groupBy(tallies, ({ withinMs }) => withinMs)].reduce(
    (total, [withinMs, own]) =>
      total +
      confirmedWithin(withinMs, { timeToConfirm: countsOf(own).timeToConfirm, stepsMs: CONFIRM_STEPS_MS }),
    0,
  );
}

function countsOf(tallies: readonly Tally[]): Counts {
  const sums = new Map<string, number>();
  for (const { name, count } of tallies) sums.set(name, (sums.get(name) ?? 0) + count);
  const sum = (name: string): number => sums.get(name) ?? 0;
  const dead = Object.fromEntries(DEAD_REASONS.map((reason) => [reason, sum(`dead:${reason}`)]));
  return {
    accepted: sum("accepted"),
    confirmed: sum("confirmed"),
    cancelled: sum("cancelled"),
    discarded: sum("discarded"),
    replayed: sum("replayed"),
    calls: sum("calls"),
    throttled: sum("throttled"),
    dead: dead as Record<DeadReason, number>,
    timeToConfirm: Array.from({ length: CONFIRM_STEPS }, (_, step) => sum(`took:${step}`)),
  };
}
