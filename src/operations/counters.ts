/**
 * The counters and groups that the scripts keep for one account (ARCHITECTURE section 5).
 */
import type { DeadGroup } from "../delivery/dead-group.ts";
import type { ListRange } from "./ports.ts";

/** Consecutive stretches of time of equal length, in minutes or hours of Redis' clock. */
export interface Stretches {
  readonly unit: "minute" | "hour";
  /** Minutes or hours since 1970, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly unitsEach: number;
}

/** One counter in one stretch; counters that are zero are left out. */
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
  /** The held lanes with deliveries waiting, among those that were held last. */
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
  /** The groups of the dead letters that died in this range. */
  groups(range: Pick<ListRange, "since" | "until">): Promise<readonly CountedGroup[]>;
  /** The details of each of these groups, in the same order. */
  groupDetails(groups: readonly DeadGroup[], times: DeathTimes): Promise<readonly GroupDetails[]>;
  held(): Promise<HeldLanes>;
}
