/**
 * What lists show for a record that does not parse: a dead item with its id and the reason.
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
