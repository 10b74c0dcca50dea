/** The filter of dead letters, as it stands in the address. */
import type { DeadReason, DeadLetterFilter } from "../../../src/doors/client/types.ts";
import { zh } from "../words/zh.ts";

export function deadLetterFilter(query: Readonly<Record<string, string>>): DeadLetterFilter {
  const { account, operation, reason, code, recipient, key, lane, text, metadata, since, until } = query;
  const { producer, requestId } = query;
  const [generation, sends] = [countIn(query["generation"]), countIn(query["sends"])];
  return {
    ...(isGiven(account) ? { account } : {}),
    ...(isGiven(operation) ? { operation } : {}),
    ...(isReason(reason) ? { reason } : {}),
    ...(isGiven(code) ? { code } : {}),
    ...(isGiven(recipient) ? { recipient } : {}),
    ...(isGiven(key) ? { key } : {}),
    ...(isGiven(lane) ? { lane } : {}),
    ...(generation === null ? {} : { generation }),
    ...(sends === null ? {} : { sends }),
    ...(isGiven(text) ? { text } : {}),
    ...(isGiven(metadata) ? { metadata } : {}),
    ...(isGiven(producer) ? { producer } : {}),
    ...(isGiven(requestId) ? { requestId } : {}),
    ...(isGiven(since) ? { since } : {}),
    ...(isGiven(until) ? { until } : {}),
  };
}

export function isReason(reason: string | undefined): reason is DeadReason {
  return reason !== undefined && Object.hasOwn(zh.reason, reason);
}

/** Anything but a count from 1 on is no filter. */
function countIn(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
