/**
 * Neither the platform's published limits nor the account's own rates were exceeded.
 *
 * A call is permitted when it departs but counted when it arrives. To allow for the time in between, a window
 * may hold the calls permitted in it and in the second before.
 */
import { RATES, TIME_SCALE } from "../pace.ts";
import type { PlatformCallEntry } from "../sandbox.ts";
import type { Breach, Evidence, Judge } from "./evidence.ts";

const WINDOW_MS = 2_000;
const LATE_AT_MOST_MS = 1_000;
/** A minute of the platform's time, for which a check counts, and the time until the next check. */
const FORGOTTEN_FOR_MS = 60_000 * TIME_SCALE + 4_000;

export const limits: Judge = (evidence) => {
  const { ledger } = evidence;
  const forgotten = overTheLimit(evidence);
  return [
    ...Object.entries(ledger.violations)
      .filter(([name]) => !name.startsWith("rateOverLimit "))
      .flatMap(([name, count]) =>
        Array.from({ length: count - (name === "checkOverLimit" ? forgotten : 0) }, () => aBreach(name)),
      ),
    ...Object.entries(RATES).flatMap(([bucket, rate]) =>
      windowsOver(
        ledger.calls.filter((call) => bucketOf(call) === bucket),
        rate,
        bucket,
      ),
    ),
  ];
};

/**
 * Checks over the platform's limit that are due to a promoted replica, which had no record of the checks before
 * them.
 */
function overTheLimit({ ledger, promotions }: Evidence): number {
  const after = promotions.filter(({ how }) => how === "by death");
  return ledger.calls.filter(
    ({ endpoint, outcome, fault, at }) =>
      endpoint === "todo.check" &&
      outcome === "too frequent" &&
      // The fault `check-throttled` gives this answer by itself. With any other fault the platform counted the
      // call.
      fault !== "check-throttled" &&
      after.some((promoted) => at >= promoted.at && at <= promoted.at + FORGOTTEN_FOR_MS),
  ).length;
}

/** The rate that a call counts against; null for a call that the platform refused because of its token. */
function bucketOf({ endpoint, fault, outcome }: PlatformCallEntry): keyof typeof RATES | null {
  if (endpoint === "token" || fault === "token-expired" || outcome.includes("token")) return null;
  if (endpoint === "todo.check") return "check";
  const [family] = endpoint.split(".");
  return family === "todo" || family === "schedule" || family === "task" ? family : null;
}

function windowsOver(calls: readonly PlatformCallEntry[], rate: number, bucket: string): Breach[] {
  const most = (rate * (WINDOW_MS + LATE_AT_MOST_MS)) / 1_000 + 1;
  const breaches: Breach[] = [];
  let [first, told] = [0, Number.NEGATIVE_INFINITY];
  for (const [last, { at }] of calls.entries()) {
    while ((calls[first]?.at ?? at) <= at - WINDOW_MS) first += 1;
    const count = last - first + 1;
    if (count <= most || at < told + WINDOW_MS) continue;
    told = at;
    breaches.push(aBreach(`${count} ${bucket} calls within ${WINDOW_MS} ms, at ${rate}/s`));
  }
  return breaches;
}

function aBreach(what: string): Breach {
  return { invariant: "limits", id: null, what };
}
