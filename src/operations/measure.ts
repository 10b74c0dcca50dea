/**
 * Measures all accounts at once, for metrics.
 */
import type { AccountHealth } from "./account-health.ts";
import { whenReachable, type OperationsWorld, type Unavailable } from "./world.ts";

export interface Measured {
  readonly account: string;
  readonly isConfigured: boolean;
  readonly health: AccountHealth;
  readonly oldestAgeMs: number;
}

export type MeasureResult =
  | {
      readonly kind: "measured";
      readonly items: readonly Measured[];
      /** Orders that the intake refused, among those that are kept. */
      readonly refusedOrders: number;
    }
  | Unavailable;

export async function measure(world: OperationsWorld): Promise<MeasureResult> {
  return whenReachable(world, async (): Promise<MeasureResult> => {
    const items = await Promise.all(
      [...world.accounts.values()].map(async (desk) => {
        const health = await desk.health.read();
        const { oldestAt } = health;
        const oldestAgeMs = oldestAt === null ? 0 : Math.max(0, world.now() - oldestAt);
        return { account: desk.name, isConfigured: desk.isConfigured, health, oldestAgeMs };
      }),
    );
    return { kind: "measured", items, refusedOrders: await world.refusedOrders.count() };
  });
}
