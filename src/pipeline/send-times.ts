/**
 * The times of a lease, and what must hold between them (docs/models, "Numbers"). The models were searched with
 * these inequalities; wherever one of them does not hold, there is a trace that sends twice, or without end.
 */
import { WIRE_TIMEOUTS } from "../platforms/platform-http.ts";

export const SEND_TIMES = {
  /** From the moment at which the lease was made, by Redis' clock. */
  leaseMs: 10_000,
  renewEveryMs: 3_000,
  /** From the moment at which the lease was asked for, by the worker's clocks. */
  departWithinMs: 5_000,
  /** How long a connection and an answer of a platform are waited for. */
  ...WIRE_TIMEOUTS,
  /** The time to save in, after the latest departure and the longest answer. */
  settleWithinMs: 5_000,
  /** A look that Redis has not answered within this time is given up. */
  patienceMs: 5_000,
  drainMs: 20_000,
} as const;

export type SendTimes = { readonly [Name in keyof typeof SEND_TIMES]: number };

/** One sentence for each inequality that does not hold; empty if all hold. */
export function brokenInequalities(times: SendTimes, visibilityLagMs: number): string[] {
  const { leaseMs, renewEveryMs, departWithinMs, connectMs, answerMs, settleWithinMs } = times;
  const rules: readonly [boolean, string][] = [
    [
      visibilityLagMs >= answerMs,
      `policy.visibilityLagMs is ${visibilityLagMs}, and must be at least ${answerMs}: a platform may store a request as late as its answer is waited for, and an absence that is believed earlier sends it twice`,
    ],
    [departWithinMs < leaseMs, "a send must leave before its lease can be taken over"],
    [departWithinMs > connectMs, "a send must have the time to connect before its latest departure"],
    [
      renewEveryMs + times.patienceMs < leaseMs,
      "a lease must be renewed before it runs out, also by a slow Redis",
    ],
    [times.drainMs >= answerMs + settleWithinMs, "a worker that drains must wait for answers, and save them"],
  ];
  return rules.filter(([holds]) => !holds).map(([, words]) => words);
}
