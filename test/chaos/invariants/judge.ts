/**
 * All invariants, judged on one body of evidence.
 */
import type { Breach, Evidence, Judge } from "./evidence.ts";
import { lies } from "./lies.ts";
import { limits } from "./limits.ts";
import { lost } from "./lost.ts";
import { order } from "./order.ts";
import { starved } from "./starved.ts";
import { twice } from "./twice.ts";
import { vacuous } from "./vacuous.ts";

const stuck: Judge = ({ stuck: found }) =>
  found.map((what) => ({ invariant: "stuck", id: what.split(" ")[1] ?? null, what: `${what} had no timer` }));

const bugs: Judge = ({ bugs: told }) => told.map((what) => ({ invariant: "bugs", id: null, what }));

export function judge(evidence: Evidence): Breach[] {
  return [lost, twice, lies, order, limits, stuck, starved, bugs, vacuous].flatMap((one) => one(evidence));
}
