/**
 * Judges all invariants on the same evidence.
 */
import { accused } from "./accused.ts";
import type { Breach, Evidence, Judge } from "./evidence.ts";
import { lies } from "./lies.ts";
import { limits } from "./limits.ts";
import { lost } from "./lost.ts";
import { withoutGone, withoutLost } from "./lost-by-redis.ts";
import { order } from "./order.ts";
import { starved } from "./starved.ts";
import { twice } from "./twice.ts";
import { vacuous } from "./vacuous.ts";

const stuck: Judge = ({ stuck: found }) =>
  found.map((what) => ({ invariant: "stuck", id: what.split(" ")[1] ?? null, what: `${what} had no timer` }));

const bugs: Judge = ({ bugs: told }) => told.map((what) => ({ invariant: "bugs", id: null, what }));

/** Judges of a single delivery or lane. */
const OF_LANES = [twice, lies, accused, order, starved];

export function judge(evidence: Evidence): Breach[] {
  const [left, kept] = [withoutGone(evidence), withoutLost(evidence)];
  return [
    ...lost(left),
    ...OF_LANES.flatMap((one) => one(kept)),
    ...[limits, stuck, bugs, vacuous].flatMap((one) => one(evidence)),
  ];
}
