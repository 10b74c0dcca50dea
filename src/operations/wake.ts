/**
 * Wakes a worker for what a person's act made due. A lost ring costs at most a second, because every worker
 * looks by itself.
 */
import type { Change } from "./ports.ts";
import type { OperationsAccount, OperationsContext } from "./context.ts";

export async function wakePromoted(
  change: Change,
  {
    account: { wakeup },
    context: { onWakeupFailed },
  }: { readonly account: OperationsAccount; readonly context: OperationsContext },
): Promise<void> {
  if (change.kind === "saved" && change.rings) await wakeup.ring().catch(onWakeupFailed);
}
