/**
 * An account that has left the configuration, as operations see it. `app/` plugs it in.
 */
import type { Actor } from "../delivery/actor.ts";

export interface LeftAccount {
  readonly read: () => Promise<LeftState>;
  /** From now on whatever of it is unfinished ends, whoever finds it. */
  readonly retire: (by: Actor) => Promise<void>;
  /** Ends what is unfinished, at most so many; says how many it were. */
  readonly endSome: (by: Actor, most: number) => Promise<number>;
  /** Takes it from the registry. */
  readonly forget: () => Promise<void>;
}

export interface LeftState {
  /** A worker that is running has it in its configuration. */
  readonly isServed: boolean;
  readonly retired: Actor | null;
}
