/**
 * The callback of a delivery that has ended: when it is tried again, and when it is given up.
 *
 * The outcome of a callback never changes its delivery. Pure.
 */

export interface CallbackState {
  readonly attempts: number;
  readonly status: "due" | "delivered" | "dead";
  /** The result of the last attempt, without anything that the receiver said. */
  readonly detail: string | null;
}

export type CallbackOutcome =
  | { readonly kind: "delivered"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string; readonly retryAfterMs: number | null }
  /** It must not be sent there: the host is not allowed, or its address is private. */
  | { readonly kind: "forbidden"; readonly detail: string };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses between the first attempts. Later ones are `LONGEST_PAUSE_MS` apart, until `CALLBACK_LIFE_MS` is over. */
const PAUSES_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR];
const LONGEST_PAUSE_MS = 4 * HOUR;
export const CALLBACK_LIFE_MS = 24 * HOUR;
/** How many attempts the backoff allows within `CALLBACK_LIFE_MS`. */
const ATTEMPTS_OF_A_LIFE = 13;
/**
 * What is due later than this from now has failed four times or more, so that for three minutes nobody took it; or its
 * receiver has asked for so long a pause.
 */
export const FAILING_AHEAD_MS = 4 * MINUTE;

export interface CallbackDecision {
  readonly state: CallbackState;
  /** Null when it is not tried again. */
  readonly nextAt: number | null;
}

export const NEW_CALLBACK: CallbackState = { attempts: 0, status: "due", detail: null };

/**
 * @param endedAt when the delivery ended (ms of Redis' clock); the callback is tried for `CALLBACK_LIFE_MS`
 * from then. Null where its record cannot be read
 * @param jitter from 0 to 1
 */
export function decideAfterCallback(
  state: CallbackState,
  {
    outcome,
    now,
    endedAt,
    jitter,
  }: {
    readonly outcome: CallbackOutcome;
    readonly now: number;
    readonly endedAt: number | null;
    readonly jitter: number;
  },
): CallbackDecision {
  const tried = { ...state, attempts: state.attempts + 1, detail: outcome.detail };
  switch (outcome.kind) {
    case "delivered":
      return { state: { ...tried, status: "delivered" }, nextAt: null };
    case "forbidden":
      return { state: { ...tried, status: "dead" }, nextAt: null };
    case "failed": {
      const scheduled = PAUSES_MS[state.attempts] ?? LONGEST_PAUSE_MS;
      const ownPause = scheduled * (0.9 + 0.2 * jitter);
      const { retryAfterMs } = outcome;
      const pause = retryAfterMs === null ? ownPause : Math.max(ownPause, retryAfterMs);
      const nextAt = Math.round(now + pause);
      const isLast = endedAt === null && tried.attempts >= ATTEMPTS_OF_A_LIFE;
      if (isLast || nextAt > (endedAt ?? now) + CALLBACK_LIFE_MS)
        return { state: { ...tried, status: "dead" }, nextAt: null };
      return { state: tried, nextAt };
    }
  }
}

/** A receiver that is busy with others is tried again soon. */
const PUT_OFF_MS = 2 * SECOND;
const BUSY = "its receiver was busy with other callbacks until its day was over";

/**
 * One that was not tried, because too many wait for its receiver. It is given up when a day since the end of its delivery
 * is over: the first, or a later one if a person has retried it since.
 *
 * @param leasedAt when it was due; since then it has waited
 */
export function decidePutOff(
  state: CallbackState,
  {
    leasedAt,
    now,
    endedAt,
    jitter,
  }: {
    readonly leasedAt: number;
    readonly now: number;
    readonly endedAt: number;
    readonly jitter: number;
  },
): CallbackDecision {
  const nextAt = Math.round(now + PUT_OFF_MS * (1 + 4 * jitter));
  const days = (at: number): number => Math.ceil((at - endedAt) / CALLBACK_LIFE_MS);
  // A callback that is leased in the very millisecond of the end (0 days) is in its first day.
  if (days(nextAt) > Math.max(1, days(leasedAt)))
    return { state: { ...state, status: "dead", detail: BUSY }, nextAt: null };
  return { state, nextAt };
}
