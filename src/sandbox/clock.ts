/**
 * The sandbox' time. Every duration of the platforms (token lifetime, check window, late visibility, hang, …)
 * is multiplied by `timeScale`, so that a test can run through an hour in a second.
 */
export type Clock = {
  now(): number;
  /** A duration of the platforms in ms, scaled. */
  scaled(platformMs: number): number;
};

export function createClock(now: () => number, timeScale: number): Clock {
  return { now, scaled: (platformMs) => platformMs * timeScale };
}

/**
 * One number line for everything that happens in the sandbox: calls and stored
 * changes draw from it, so that order can be read off across ledgers.
 */
export type Sequence = { next(): number };

export function createSequence(): Sequence {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return last;
    },
  };
}
