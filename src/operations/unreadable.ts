/**
 * What people see of a record that does not parse: one dead item in its place, with its id and why. The
 * others are shown as usual.
 */
import { newProgress } from "../delivery/record.ts";
import type { Place, StoredDelivery } from "./ports.ts";

export function unreadableRecord(account: string, { id, at }: Place): StoredDelivery {
  const request = {
    id,
    account,
    operation: "unreadable",
    key: null,
    lane: null,
    priority: 0,
    createdAt: at,
    notBefore: null,
    deadlineAt: at,
    callbackUrl: null,
    metadata: null,
    traceparent: null,
    producer: null,
    requestId: null,
  };
  const state = {
    ...newProgress([]),
    knowledge: "unknown" as const,
    detail: "its record cannot be read; the worker that meets it ends it as invalid",
    status: "dead" as const,
    reason: "invalid" as const,
    finishedAt: at,
  };
  return { delivery: { request, state, version: 0 }, isBeingSent: false, callback: null };
}
