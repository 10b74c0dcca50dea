/**
 * A system with one account of Yunzhijia, `yzj`: todos and schedules are read from the sandbox's ledger.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import { startBase, type BaseOptions, type BaseSystem, type OwnAccount } from "./base.ts";

export type Lookup = "lists" | "detail" | "auto";

export interface YunzhijiaOptions extends BaseOptions {
  readonly platform?: "yunzhijia";
  /** How the account checks schedules, which it has only with this option; `account` then replaces its lines. */
  readonly lookup?: Lookup;
}

export interface LedgerTodo {
  readonly title: string;
  readonly read: boolean;
  readonly sourceId: string;
  readonly openId: string;
  readonly stores: number;
  readonly repeats: number;
  readonly deal: boolean;
  readonly deleted: boolean;
  readonly visibleAt: number;
  readonly history: readonly { readonly seq: number; readonly change: string; readonly effect: boolean }[];
}

interface LedgerSchedule {
  readonly id: string;
  readonly content: string;
  readonly startDate: number;
  readonly workStatus: number;
  readonly actors: readonly string[];
  readonly history: readonly { readonly change: string; readonly effect: boolean }[];
}

interface Ledger {
  todos: LedgerTodo[];
  schedules: LedgerSchedule[];
  calls: Record<string, number>;
  violations: Record<string, number>;
}

export interface YunzhijiaSystem extends BaseSystem {
  readonly ledger: () => Promise<Ledger>;
  /** Enqueues all at once and waits until each has ended. */
  readonly deliver: (...inputs: readonly EnqueueInput[]) => Promise<Delivery[]>;
  /** Stored schedules with this content; by default all. */
  readonly stored: (content?: string) => Promise<LedgerSchedule[]>;
  /** Number of calls of this endpoint of schedules. */
  readonly calls: (endpoint: string) => Promise<number>;
}

const SCHEDULES = "resGroupSecret: sandbox-schedule-secret\n    rate: { schedule: 1000/s }";

export const YZJ: OwnAccount = {
  name: "yzj",
  lines: (sandboxUrl) => `  yzj:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
    eid: "123456"`,
};

export async function startYunzhijia({ lookup, ...options }: YunzhijiaOptions): Promise<YunzhijiaSystem> {
  const schedules =
    lookup === undefined ? {} : { account: `${SCHEDULES}\n    schedule: { lookup: ${lookup} }` };
  const system = await startBase(YZJ, { ...schedules, ...options });
  const ledger = (): Promise<Ledger> => system.control<Ledger>("ledger");
  return {
    ...system,
    ledger,
    deliver: async (...inputs) => {
      const ids = await Promise.all(inputs.map((input) => system.enqueue(input)));
      return Promise.all(ids.map((id) => system.ended(id)));
    },
    stored: async (content) => {
      const { schedules: rows } = await ledger();
      return content === undefined ? rows : rows.filter((row) => row.content === content);
    },
    calls: async (endpoint) => (await ledger()).calls[`schedule.${endpoint}`] ?? 0,
  };
}
