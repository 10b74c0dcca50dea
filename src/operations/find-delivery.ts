/**
 * Finds a delivery by its id alone: an id does not tell its account, so every account that the caller
 * sees is asked, all at once.
 */
import type { Caller } from "./caller.ts";
import type { StoredDelivery } from "./ports.ts";
import { desksFor, type AccountDesk, type OperationsWorld } from "./world.ts";

export type Finding =
  | { readonly kind: "found"; readonly desk: AccountDesk; readonly stored: StoredDelivery }
  | { readonly kind: "notFound" }
  /** Its record is of an older schema; the next worker that meets it ends it as `invalid`. */
  | { readonly kind: "unreadable" };

export async function findDelivery(id: string, caller: Caller, world: OperationsWorld): Promise<Finding> {
  const desks = desksFor(caller, undefined, world) ?? [];
  const found = await Promise.all(
    desks.map(async (desk) => ({ desk, stored: (await desk.lists.read([id]))[0] ?? null })),
  );
  for (const { desk, stored } of found) {
    if (stored === "unreadable") return { kind: "unreadable" };
    if (stored !== null) return { kind: "found", desk, stored };
  }
  return { kind: "notFound" };
}
