/**
 * A system with one account of Hainan, `hn`: tasks are read from the sandbox's ledger.
 */
import type { TimelineEntry } from "../../../src/delivery/timeline.ts";
import { startBase, type BaseOptions, type BaseSystem } from "./base.ts";

interface LedgerTask {
  readonly bizTaskId: string;
  readonly assigneeId: string;
  readonly taskUuid: string;
  readonly packageUuid: string;
  readonly repeats: number;
  readonly status: "open" | "finished" | "cancelled";
}

export interface HainanOptions extends BaseOptions {
  readonly platform: "hainan";
  /** Lines of the account, as YAML of one line: `rate: { task: 60/min }`. Default: no practical limit. */
  readonly account?: string;
  readonly signer?: string;
  readonly secretKey?: string;
}

export interface HainanSystem extends BaseSystem {
  readonly tasks: () => Promise<LedgerTask[]>;
  readonly calls: () => Promise<Record<string, number>>;
  /** Enqueues for the account; returns the id. Fails the test if it was not created. */
  readonly order: (operation: string, payload: Record<string, unknown>, key?: string) => Promise<string>;
  readonly timeline: (id: string) => Promise<readonly TimelineEntry[]>;
}

export async function startHainan(options: HainanOptions): Promise<HainanSystem> {
  const { secretKey = "sandbox-sk", signer = "{ kind: none }", account = "rate: { task: 1000/s }" } = options;
  const lines = (sandboxUrl: string): string => `  hn:
    platform: hainan
    baseUrl: "${sandboxUrl}/apione"
    allowHttp: true
    accessKey: sandbox-ak
    secretKey: ${secretKey}
    signer: ${signer}`;
  const system = await startBase({ name: "hn", lines }, { ...options, account });
  return {
    ...system,
    tasks: async () => (await system.control<{ tasks: LedgerTask[] }>("ledger")).tasks,
    calls: async () => (await system.control<{ calls: Record<string, number> }>("ledger")).calls,
    order: async (operation, payload, key) =>
      system.enqueue({ account: "hn", operation, payload, ...(key === undefined ? {} : { key }) }),
    timeline: async (id) => system.store.timeline(id),
  };
}
