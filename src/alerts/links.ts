/**
 * Links into the console: each condition leads to the page where it is mended.
 */
import { NO_CODE } from "../delivery/dead-group.ts";
import type { Condition } from "./condition.ts";

type Place =
  Condition | { readonly kind: "overview" } | { readonly kind: "account"; readonly account: string };

/** @param console the URL of the console, ending in /console/; null if it is not configured */
export function linkTo(console: string | null, place: Place): string | null {
  if (console === null) return null;
  const base = console.replace(/\/+$/, "");
  switch (place.kind) {
    case "dead":
      return `${base}/dead?${queryOf(place)}`;
    case "oldest":
      return `${base}/deliveries?${new URLSearchParams({ account: place.account }).toString()}`;
    case "breaker":
    case "held":
    case "account":
      return `${base}/accounts`;
    case "failingCallbacks":
      return `${base}/runbooks/callbacks-given-up`;
    case "lostWrites":
      return `${base}/runbooks/redis`;
    case "callbacks":
      return `${base}/callbacks`;
    case "refusedOrders":
      return `${base}/intake`;
    case "redisMemory":
    case "overview":
      return `${base}/`;
  }
}

function queryOf({ account, operation, reason, code }: Extract<Condition, { kind: "dead" }>): string {
  const query = new URLSearchParams({ tab: "letters", account, operation });
  if (reason !== null) query.set("reason", reason);
  query.set("code", code ?? NO_CODE);
  return String(query);
}
