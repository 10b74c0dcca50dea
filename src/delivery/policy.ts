/**
 * The numbers behind the decisions. One frozen object, made at start-up; all times in milliseconds.
 *
 * `scalePolicy` shortens every time by one factor, so that the demo and the tests run through hours in seconds
 * with the same decisions.
 */
export interface Policy {
  /** From acknowledgement to the latest end. Default 24 h. */
  readonly deadlineMs: number;
  /** Sends to one recipient before it ends as unproven. Default 5. */
  readonly maxSends: number;
  /** Negative checks since a send that together prove absence. Default 3. */
  readonly absenceProofs: number;
  /** How long a stored item may stay invisible; no absence is believed earlier. Default 60 s. */
  readonly visibilityLagMs: number;
  /** How long ended deliveries stay readable. Default 7 days. A dead letter stays until a person acts on it. */
  readonly retentionMs: number;
  /** How long a confirmed or cancelled delivery keeps its payload and its whole timeline (`trim.ts`). Default 1 h. */
  readonly trimAfterMs: number;
  /** How long `of` still resolves after the record of the delivery that it names was deleted. Default 90 days. */
  readonly referenceRetentionMs: number;
  /** Pauses between checks; the last one repeats. Raise the first if the platform is slow to show. */
  readonly checkScheduleMs: readonly number[];
  /** The last check is brought forward by this much, so that its answer comes before the deadline. */
  readonly lastCheckLeadMs: number;
  /** First and largest pause before a retry that is not counted as a send (unreachable, busy, throttled without a hint). */
  readonly backoffMs: { readonly first: number; readonly most: number };
  /** How many workers may die on one delivery before it counts as poison. Default 3. */
  readonly maxInterruptions: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const DEFAULT_POLICY: Policy = Object.freeze({
  deadlineMs: 24 * HOUR,
  maxSends: 5,
  absenceProofs: 3,
  visibilityLagMs: MINUTE,
  retentionMs: 7 * 24 * HOUR,
  trimAfterMs: HOUR,
  referenceRetentionMs: 90 * 24 * HOUR,
  checkScheduleMs: [2, 5, 15, 30, 60, 120, 300, 600, 1800].map((seconds) => seconds * SECOND),
  lastCheckLeadMs: 2 * MINUTE,
  backoffMs: { first: SECOND, most: 5 * MINUTE },
  maxInterruptions: 3,
});

/** The same policy on a clock that runs `1 / factor` times as fast; counts stay as they are. */
export function scalePolicy(policy: Policy, factor: number): Policy {
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * factor));
  const times: Pick<Policy, Extract<keyof Policy, `${string}Ms`>> = {
    deadlineMs: scaled(policy.deadlineMs),
    visibilityLagMs: scaled(policy.visibilityLagMs),
    retentionMs: scaled(policy.retentionMs),
    trimAfterMs: scaled(policy.trimAfterMs),
    referenceRetentionMs: scaled(policy.referenceRetentionMs),
    checkScheduleMs: policy.checkScheduleMs.map(scaled),
    lastCheckLeadMs: scaled(policy.lastCheckLeadMs),
    backoffMs: { first: scaled(policy.backoffMs.first), most: scaled(policy.backoffMs.most) },
  };
  return Object.freeze({ ...policy, ...times });
}
