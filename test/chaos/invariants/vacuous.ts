/**
 * Most of every workload was really delivered: a workload whose orders the platform refuses keeps every promise
 * but proves none.
 */
import { recordOf, type Breach, type Judge } from "./evidence.ts";

const LEAST_CONFIRMED = 0.5;

export const vacuous: Judge = (evidence) => {
  const workloads = Map.groupBy(evidence.history.all, ({ workload }) => workload);
  return [...workloads].flatMap(([workload, all]): Breach[] => {
    const confirmed = all.filter(({ id }) => recordOf(evidence, id)?.state.status === "confirmed").length;
    if (confirmed >= all.length * LEAST_CONFIRMED) return [];
    return [
      { invariant: "vacuous", id: null, what: `${workload.name}: ${confirmed} of ${all.length} confirmed` },
    ];
  });
};
