/**
 * Wakes a worker for a delivery that became due by somebody's act. A ticket that could not be added is
 * the sweeper's to mend: the act itself is done.
 */
import type { Change } from "./ports.ts";
import type { AccountDesk, OperationsWorld } from "./world.ts";

export async function wakePromoted(
  change: Change,
  { wakeup }: AccountDesk,
  { onWakeupFailed }: OperationsWorld,
): Promise<void> {
  if (change.kind !== "saved" || change.promoted === null) return;
  await wakeup.ring([change.promoted]).catch(onWakeupFailed);
}
