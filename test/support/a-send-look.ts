/** The result of a look for sends: nothing held back, no wait for the rate, no suspects, unless the test changes it. */
import type { SendLook } from "../../src/pipeline/ports.ts";

export function aSendLook(changes: Pick<SendLook, "calledAt"> & Partial<SendLook>): SendLook {
  return {
    most: 10,
    leaseMs: 10_000,
    probeLeaseMs: 10_000,
    patienceMs: 60_000,
    intervalsUs: ["todo", 0],
    maxRateWaitMs: 0,
    withSuspects: false,
    overdueCheckMs: 10_000,
    ...changes,
  };
}
