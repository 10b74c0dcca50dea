/**
 * BullMQ's worker, which bears what others put into its queue.
 *
 * Data that is no JSON (a NaN that a client in Python wrote) would throw in the middle of BullMQ's fetch, and the
 * job would be fetched again for ever.
 */
import type { Job, JobJson } from "bullmq";
import { PatientWorker } from "../queue/patient-worker.ts";

export class OrderWorker extends PatientWorker {
  protected override createJob(data: JobJson, jobId: string): Job {
    // Whoever takes the order reads its text.
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
