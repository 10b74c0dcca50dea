/**
 * The two clocks of a process. The monotonic one measures durations. The wall clock may step, but it goes on
 * while a machine is suspended, when the monotonic clock stands still.
 */
export interface Clocks {
  /** Milliseconds from any fixed moment. */
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

export const PROCESS_CLOCKS: Clocks = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};
