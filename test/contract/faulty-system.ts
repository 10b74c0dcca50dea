/**
 * A system in which every fault strikes at once, each at a sandbox and an account of its own: so all of a
 * channel's faults take no longer than the slowest of them.
 */
import { faultNames, appliesTo, type FaultName } from "../../src/sandbox/faults/catalogue.ts";
import type { EndpointKind, EndpointName } from "../../src/sandbox/endpoint.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import { parseConfig } from "../../src/config/config.ts";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { endedDelivery, enqueueNew, refuseBugs, storeOf } from "../support/deliveries.ts";
import { FAST, TIME_SCALE } from "../support/pace.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { sandboxControl, type SandboxControl } from "../support/sandbox-control.ts";

interface FaultCase {
  readonly endpoint: EndpointName;
  readonly fault: FaultName;
}

/** Faults that no delivery survives, or that mean something by their parameters alone: see the scenarios. */
const SCENARIOS_ONLY: readonly FaultName[] = [
  "altered-text",
  "duplicate-foreign",
  "echo",
  "firewall",
  "other-id",
  "parameter-error",
];

/** Every fault of the catalogue at every one of these endpoints where it means anything. */
export function faultsAt(endpoints: Readonly<Partial<Record<EndpointName, EndpointKind>>>): FaultCase[] {
  return Object.entries(endpoints).flatMap(([name, kind]) => {
    const endpoint = name as EndpointName;
    return faultNames
      .filter((fault) => !SCENARIOS_ONLY.includes(fault))
      .filter((fault) => appliesTo(fault, { name: endpoint, kind }))
      .map((fault) => ({ endpoint, fault }));
  });
}

export interface Shape {
  /** The account's section of the configuration, for a platform at this address that fails there. */
  readonly account: (url: string, endpoint: EndpointName) => string;
  readonly orders: () => readonly Omit<EnqueueInput, "account">[];
  /** What others do on the platform once the orders have been acknowledged. */
  readonly meanwhile?: (control: SandboxControl) => Promise<void>;
}

/** A delivery, and the payload that was ordered. */
export type Delivered = Delivery & Pick<EnqueueInput, "payload">;

export interface FaultRun {
  readonly deliveries: readonly Delivered[];
  readonly ledger: SandboxLedger;
  /** How many calls the fault struck. */
  readonly struck: number;
}

export interface SandboxLedger {
  readonly todos: readonly { sourceId: string; openId: string; stores: number; repeats: number }[];
  readonly schedules: readonly { id: string; content: string; history: readonly { change: string }[] }[];
  readonly tasks: readonly { subject: string; assigneeId: string; stores: number }[];
  readonly violations: Readonly<Record<string, number>>;
}

/** How often each fault strikes: the first answer, and the first attempt to make up for it. */
const TIMES = 2;
/** A hanging call is given up after 10 s: one is enough. */
const timesOf = (fault: FaultName): number => (fault.startsWith("hang") ? 1 : TIMES);
const ENDS_WITHIN_MS = 300_000;

/** Lets every fault strike, and tells how the deliveries ended. */
export async function runUnderFaults(
  cases: readonly FaultCase[],
  shape: Shape,
): Promise<readonly FaultRun[]> {
  const sandboxes = await Promise.all(cases.map(() => startSandbox({ timeScale: TIME_SCALE })));
  const accounts = sandboxes.map(
    ({ url }, index) => `  c${index}: ${shape.account(url, cases[index]?.endpoint ?? "token")}`,
  );
  const text = `redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }\naccounts:\n${accounts.join("\n")}\n`;
  const config = parseConfig(text, { path: "test.yaml", env: {} });
  const events: BidaEvent[] = [];
  const producer = createProducer({ config, tuning: FAST, onError: () => undefined });
  const worker = await startDeliveryWorker({
    config,
    emit: (event) => void events.push(event),
    warn: () => undefined,
    tuning: FAST,
  });
  try {
    return await Promise.all(
      sandboxes.map(async (sandbox, index) => {
        const { fault, endpoint } = cases[index] ?? { fault: "refuse", endpoint: "token" };
        await sandboxControl(sandbox)("faults", { script: [{ fault, endpoint, times: timesOf(fault) }] });
        return runUnderFault(sandbox, `c${index}`, producer, shape);
      }),
    );
  } finally {
    await worker.stop();
    await producer.close();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    refuseBugs(events);
  }
}

async function runUnderFault(
  sandbox: Sandbox,
  account: string,
  producer: Producer,
  shape: Shape,
): Promise<FaultRun> {
  const control = sandboxControl(sandbox);
  const accepted: { id: string; payload: EnqueueInput["payload"] }[] = [];
  for (const order of shape.orders())
    accepted.push({
      // Once, also where Redis did not answer in time and it is asked again.
      id: await enqueueNew(producer, { key: `order-${accepted.length}`, ...order, account }),
      payload: order.payload,
    });
  await shape.meanwhile?.(control);
  const store = storeOf(producer, account);
  const deliveries = await Promise.all(
    accepted.map(async ({ id, payload }) => ({
      ...(await endedDelivery(store, id, ENDS_WITHIN_MS)),
      payload,
    })),
  );
  const calls = await control<{ fault: string | null }[]>("calls");
  return {
    deliveries,
    ledger: await control("ledger"),
    struck: calls.filter(({ fault }) => fault !== null).length,
  };
}
