/**
 * Finds deliveries through indexes: by key, platform id or recipient. No records are scanned: a name of one
 * delivery is looked up, a name that many share has a list.
 */
import { keyHash } from "../delivery/idempotency.ts";
import { lookupName } from "../delivery/lookup-names.ts";
import type { DeliveryState } from "../delivery/record.ts";
import type { FoundDelivery } from "./paginate-lists.ts";
import type { OperationsAccount } from "./context.ts";
import type { ListName } from "./ports.ts";

interface Indexed {
  readonly key?: string | undefined;
  readonly receipt?: string | undefined;
  readonly recipient?: string | undefined;
}

/** Null where the filter has nothing that leads to a single delivery, so that lists must be read. */
export async function lookUp(
  { key, receipt }: Indexed,
  chosen: readonly OperationsAccount[],
): Promise<readonly FoundDelivery[] | null> {
  if (key !== undefined) return metIn(chosen, async ({ lists }) => lists.idOfKey(keyHash(key)));
  if (receipt === undefined) return null;
  // Not all platform ids are claimed; those that are not have a list each.
  const found = await metIn(chosen, async ({ lists }) => lists.ownerOf(receipt));
  return found.length === 0 ? null : found;
}

/**
 * The shortest list that contains everything that matches, sorted by acknowledgement; null where there is no
 * such index.
 */
export function indexedList({ recipient, receipt }: Indexed): ListName | null {
  if (receipt !== undefined) return `named:${lookupName(receipt)}`;
  return recipient === undefined ? null : `recipient:${lookupName(recipient)}`;
}

/**
 * The part of the filter that must still be compared in records. The receipt is dropped where a claim has found
 * it: the record need not show a claimed id.
 */
export function notLookedUp<F extends Indexed>(filter: F): F {
  return filter.key === undefined ? { ...filter, receipt: undefined } : filter;
}

export async function metIn(
  chosen: readonly OperationsAccount[],
  idIn: (account: OperationsAccount) => Promise<string | null>,
): Promise<FoundDelivery[]> {
  const found = await Promise.all(
    chosen.map(async (account) => {
      const id = await idIn(account);
      const stored = id === null ? null : ((await account.lists.read([id]))[0] ?? null);
      return stored === null || stored === "unreadable" ? [] : [{ account, stored }];
    }),
  );
  return found.flat();
}

/** Whether the platform gave this id to the delivery, or to one of its recipients. */
export function hasReceipt({ receipt, recipients }: DeliveryState, wanted: string): boolean {
  return [receipt, ...recipients.map((entry) => entry.receipt)].some((one) =>
    Object.values(one ?? {}).includes(wanted),
  );
}
