/**
 * Finds deliveries by what is indexed: a key, an id that the platform gave, a recipient. No records are scanned:
 * a name that belongs to one delivery is looked up, a name that many share has a list.
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

/** Null where nothing that is asked for leads to one delivery, and lists are to be walked through. */
export async function lookUp(
  { key, receipt }: Indexed,
  chosen: readonly OperationsAccount[],
): Promise<readonly FoundDelivery[] | null> {
  if (key !== undefined) return metIn(chosen, async ({ lists }) => lists.idOfKey(keyHash(key)));
  if (receipt === undefined) return null;
  // Not every platform's ids are claimed; the others have a list each.
  const found = await metIn(chosen, async ({ lists }) => lists.ownerOf(receipt));
  return found.length === 0 ? null : found;
}

/** The shortest list in which all that fit are; null where no index knows them. By acknowledgement. */
export function indexedList({ recipient, receipt }: Indexed): ListName | null {
  if (receipt !== undefined) return `named:${lookupName(receipt)}`;
  return recipient === undefined ? null : `recipient:${lookupName(recipient)}`;
}

/** What must still be compared: a claim proves more than what the record shows. */
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
