/**
 * Bida makes no promise about writes that a promoted replica never had: they are counted separately. Lanes of
 * such deliveries are not judged further, because Redis lost what would have prevented a second or misordered
 * send there. Every delivery that still has a record must end all the same.
 */
import type { LostByRedis, Promoted } from "../redis-pair.ts";
import type { Evidence } from "./evidence.ts";

export interface LossCount {
  /** Number of deliveries of which nothing is left. */
  readonly gone: number;
  /** Number of deliveries that fell back to an earlier version. */
  readonly older: number;
  /** Number of lanes not judged further because of that. */
  readonly lanes: number;
}

export function lossesOf(promotions: readonly Promoted[]): LossCount {
  const lost = promotions.flatMap((promotion) => promotion.lost);
  const gone = new Set(lost.filter(({ whole }) => whole).map(({ id }) => id));
  const older = new Set(lost.filter(({ id }) => !gone.has(id)).map(({ id }) => id));
  return { gone: gone.size, older: older.size, lanes: new Set(lost.map(laneOf)).size };
}

/** The same evidence, without the lanes of which a promoted replica lacked something. */
export function withoutLost(evidence: Evidence): Evidence {
  const lanes = new Set(evidence.promotions.flatMap(({ lost }) => lost.map(laneOf)));
  const { history } = evidence;
  return {
    ...evidence,
    history: {
      repeats: history.repeats,
      all: history.all.filter(({ lane }) => !lanes.has(lane)),
      doubles: history.doubles.filter(({ lane }) => !lanes.has(lane)),
    },
  };
}

/** The same evidence, without the deliveries of which nothing is left. */
export function withoutGone(evidence: Evidence): Evidence {
  const gone = new Set(
    evidence.promotions.flatMap(({ lost }) => lost.filter(({ whole }) => whole).map(({ id }) => id)),
  );
  const { all, doubles, repeats } = evidence.history;
  return { ...evidence, history: { doubles, repeats, all: all.filter(({ id }) => !gone.has(id)) } };
}

/** Workloads name their orders `<lane>/<what>`. */
function laneOf({ key }: LostByRedis): string {
  return key.split("/")[0] ?? "";
}
