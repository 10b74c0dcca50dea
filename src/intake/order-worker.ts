/**
 * BullMQ's worker, made to survive whatever others put into its queue.
 *
 * Data that is no JSON (a NaN that a client in Python wrote) would throw in the middle of BullMQ's fetch, and the
 * job would be fetched again for ever.
 */
import type { Job, JobJson } from "bullmq";
import { PatientWorker } from "../queue/patient-worker.ts";

export class OrderWorker extends PatientWorker {
  protected override createJob(data: JobJson, jobId: string): Job {
    // The text itself is read later, when the order is taken.
    return super.createJob(isJson(data.data) ? data : { ...data, data: "null" }, jobId);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
