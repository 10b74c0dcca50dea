/**
 * Shows who did what, the latest first.
 */
import type { AuditEntry } from "./ports.ts";
import { whenReachable, type OperationsWorld, type Unavailable } from "./world.ts";

export interface AuditView extends Omit<AuditEntry, "at"> {
  readonly at: string;
}

export type AuditResult = { readonly kind: "audit"; readonly items: readonly AuditView[] } | Unavailable;

export async function readAudit({ limit }: { limit: number }, world: OperationsWorld): Promise<AuditResult> {
  return whenReachable(world, async (): Promise<AuditResult> => {
    const entries = await world.audit.read(limit);
    return {
      kind: "audit",
      items: entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
    };
  });
}
