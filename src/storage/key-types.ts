/**
 * Keys of an account that hold a value of another type than Bida writes: somebody else uses Bida's prefix. Every look
 * at such a key fails, so they are found by their types.
 */
import { DEAD_REASONS, SHOWN_STATUSES } from "../delivery/record.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

/** The keys that stand for the whole account, without the account's prefix. None of one delivery, lane or group. */
export async function brokenKeys(
  redis: ScriptedRedis,
  { families, ...scope }: AccountScope & { readonly families: readonly string[] },
): Promise<readonly string[]> {
  const keys = new AccountKeys(scope.prefix, scope.account);
  const types = await Promise.all(
    typesOf(keys, families).map(async ([key, expected]) => {
      const type = await redis.type(key);
      return type === "none" || type === expected ? [] : [key.slice(keys.base.length)];
    }),
  );
  return types.flat();
}

function typesOf(keys: AccountKeys, families: readonly string[]): readonly (readonly [string, string])[] {
  const sorted = [
    ...SHOWN_STATUSES.map((status) => keys.status(status)),
    ...DEAD_REASONS.map((reason) => keys.reason(reason)),
    ...families.map((family) => keys.sendDue(family)),
    keys.sendSuspects,
    keys.confirmDue,
    keys.confirmLeases,
    keys.deadlines,
    keys.callbackDue,
    keys.deadCallbacks,
    keys.lanesHeld,
  ];
  return [
    ...sorted.map((key) => [key, "zset"] as const),
    ...[keys.claims, keys.facts, keys.groupMarks, keys.lanesWaits, keys.breaker].map(
      (key) => [key, "hash"] as const,
    ),
    ...[keys.latestErrors, keys.breakerChanges].map((key) => [key, "list"] as const),
    [keys.groups, "set"],
    [keys.lanesWaiting, "string"],
  ];
}
