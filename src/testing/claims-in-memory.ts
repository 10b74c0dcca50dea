/** Claims in memory, with the rules of the real store, for one test. */
import type { AccountAccess } from "../platforms/account-access.ts";

type Claims = Pick<AccountAccess, "claim" | "claimEach" | "claimedBy" | "release">;

export function claimsInMemory(): Claims {
  const owners = new Map<string, string>();
  const claim = (id: string, deliveryId: string): string => {
    const owner = owners.get(id) ?? deliveryId;
    owners.set(id, owner);
    return owner;
  };
  return {
    claim: async (id, deliveryId) => claim(id, deliveryId) === deliveryId,
    claimEach: async (ids, deliveryId) => ids.map((id) => claim(id, deliveryId)),
    claimedBy: async (ids) => ids.map((id) => owners.get(id) ?? null),
    release: async (ids, owner) => {
      for (const id of ids.filter((one) => owners.get(one) === owner)) owners.delete(id);
    },
  };
}
