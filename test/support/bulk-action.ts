/** A bulk action that has just begun. */
import type { BulkAction } from "../../src/operations/bulk-action.ts";
import { NOW } from "./builders.ts";

export function aBulkAction(overrides: Partial<BulkAction> = {}): BulkAction {
  return {
    id: "a-1",
    kind: "replay",
    status: "running",
    dryRun: false,
    filter: {},
    edit: null,
    accounts: null,
    repeats: null,
    by: "ops",
    note: null,
    ratePerSecond: 5,
    startedAt: NOW,
    finishedAt: null,
    after: null,
    total: 0,
    looked: 0,
    matched: 0,
    done: 0,
    skipped: 0,
    failed: 0,
    ...overrides,
  };
}
