/**
 * Wakes a worker for what became due by somebody's act. A ring that is lost costs a second: every worker
 * looks by itself.
 */
import type { Change } from "./ports.ts";
import type { AccountDesk, OperationsWorld } from "./world.ts";

export async function wakePromoted(
  change: Change,
  { wakeup }: AccountDesk,
  { onWakeupFailed }: OperationsWorld,
): Promise<void> {
  if (change.kind === "saved" && change.rings) await wakeup.ring().catch(onWakeupFailed);
}
