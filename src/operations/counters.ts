/**
 * What the scripts count and group for one account as its deliveries change (ARCHITECTURE section 5).
 */
import type { DeadGroup } from "../delivery/dead-group.ts";
import type { ListRange } from "./ports.ts";

/** Stretches of time, one after the other, each of so many minutes or hours of Redis' clock. */
export interface Stretches {
  readonly unit: "minute" | "hour";
  /** Minutes or hours since 1970, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly unitsEach: number;
}

/** One counter of one stretch; those that are zero are left out. */
export interface Tally {
  readonly stretch: number;
  readonly name: string;
  readonly count: number;
}

export interface CountedGroup extends DeadGroup {
  readonly count: number;
  readonly first: { readonly id: string; readonly at: number };
  readonly latest: { readonly id: string; readonly at: number };
}

/** Stretches of time of one length, the earliest first. */
export interface DeathTimes {
  readonly firstAt: number;
  readonly stretchMs: number;
  readonly stretches: number;
}

export interface GroupDetails {
  /** How many died in each stretch. */
  readonly deaths: readonly number[];
  /** Of the lanes held last, those in which something waits. */
  readonly held: HeldLanes;
}

export interface HeldLanes {
  /** Lanes that a dead letter holds. */
  readonly lanes: number;
  /** Deliveries that wait behind one. */
  readonly waiting: number;
}

export interface Counters {
  tallies(stretches: Stretches): Promise<readonly Tally[]>;
  /** Of the dead letters that died in this range. */
  groups(range: Pick<ListRange, "since" | "until">): Promise<readonly CountedGroup[]>;
  /** Of each of these groups, in their order. */
  groupDetails(groups: readonly DeadGroup[], times: DeathTimes): Promise<readonly GroupDetails[]>;
  held(): Promise<HeldLanes>;
}
