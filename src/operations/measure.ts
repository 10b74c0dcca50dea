/**
 * Reads the health of all accounts, for metrics.
 */
import type { AccountHealth } from "./account-health.ts";
import { whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export interface Measured {
  readonly account: string;
  readonly isConfigured: boolean;
  readonly health: AccountHealth;
  readonly oldestAgeMs: number;
}

type MeasureResult =
  | {
      readonly kind: "measured";
      readonly items: readonly Measured[];
      /** How many orders that the intake refused are kept. */
      readonly refusedOrders: number;
    }
  | Unavailable;

export async function measure(context: OperationsContext): Promise<MeasureResult> {
  return whenReachable({ context }, async (): Promise<MeasureResult> => {
    const items = await Promise.all(
      [...context.accounts.values()].map(async (account) => {
        const health = await account.health.look();
        const { oldestAt } = health;
        const oldestAgeMs = oldestAt === null ? 0 : Math.max(0, context.now() - oldestAt);
        return { account: account.name, isConfigured: account.isConfigured, health, oldestAgeMs };
      }),
    );
    return { kind: "measured", items, refusedOrders: await context.refusedOrders.count() };
  });
}
