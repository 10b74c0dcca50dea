/**
 * An account that has left the configuration, as operations see it. `app/` plugs it in.
 */
import type { Actor } from "../delivery/timeline.ts";

export interface LeftAccount {
  readonly read: () => Promise<LeftState>;
  /** Marks it as retired: from now on every worker that finds an unfinished delivery of it ends that delivery. */
  readonly retire: (by: Actor) => Promise<void>;
  /** Ends at most `most` unfinished deliveries; returns how many it ended. */
  readonly endSome: (by: Actor, most: number) => Promise<number>;
  /** Removes it from the registry. */
  readonly forget: () => Promise<void>;
}

export interface LeftState {
  /** A worker that is running has it in its configuration. */
  readonly isServed: boolean;
  readonly retired: Actor | null;
}
