/**
 * The contract that every channel passes (ARCHITECTURE sections 1 and 6), in two parts.
 *
 * Under every fault of the sandbox, at every endpoint that the channel calls: each delivery ends, nothing
 * is lost, nothing is there twice, and what is called confirmed is there. And alone with a platform that
 * talks nonsense: a channel never throws, never calls nonsense proof or absence, and keeps its secrets.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { AccountSettings } from "../../src/platforms/account-access.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import type { EVIDENCE_KINDS } from "../../src/delivery/ledger.ts";
import type { DeadReason, Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { EndpointKind, EndpointName } from "../../src/sandbox/endpoint.ts";
import type { FaultName } from "../../src/sandbox/faults/catalogue.ts";
import { channelCases } from "../../src/testing/channel-contract.ts";
import {
  faultsAt,
  runUnderFaults,
  type Delivered,
  type FaultRun,
  type SandboxLedger,
  type Shape,
} from "./faulty-system.ts";

/** How deliveries end under a fault where they do not all end confirmed, and why. */
interface Exception {
  readonly at: EndpointName;
  readonly fault: FaultName;
  readonly why: string;
  readonly statuses: readonly (Delivery["state"]["status"] | DeadReason)[];
  /** True where nobody outside the platform can see that it did not store. */
  readonly isUndetectable?: boolean;
}

interface ChannelContract {
  readonly channel: Channel;
  readonly settings: AccountSettings;
  readonly shape: Shape;
  readonly endpoints: Readonly<Partial<Record<EndpointName, EndpointKind>>>;
  readonly exceptions?: readonly Exception[];
  /** How often each recipient of a delivery is on the platform; null where nothing is sent. */
  readonly stored: ((delivery: Delivered, ledger: SandboxLedger) => readonly number[]) | null;
  readonly evidence: readonly (typeof EVIDENCE_KINDS)[number][];
  /** A text of the payload that may be in no outcome. */
  readonly marker: string;
  /** What the platform answers when all is well, in the document's own shape. */
  readonly good: { readonly send: object | null; readonly check: object };
  readonly sharesProof?: boolean;
}

export function describeChannelContract(contract: ChannelContract): void {
  describe(`${contract.channel.name} under every fault`, () => describeFaults(contract));
  describe(`${contract.channel.name} with a platform that answers nonsense`, () =>
    describeNonsense(contract));
}

function describeFaults({ shape, endpoints, exceptions = [], stored, evidence }: ChannelContract): void {
  const cases = faultsAt(endpoints);
  let runs: readonly FaultRun[];
  beforeAll(async () => {
    runs = await runUnderFaults(cases, shape);
  }, 360_000);

  it.each(cases.map((one, index) => ({ ...one, index })))(
    "$fault at $endpoint",
    ({ fault, endpoint, index }) => {
      const run = runs[index];
      if (run === undefined) throw new Error("this case did not run");
      const { deliveries, ledger, struck } = run;
      expect(struck).toBeGreaterThan(0);
      const exception = exceptions.find((one) => one.fault === fault && one.at === endpoint);
      const ends = deliveries.map(({ state }) => state.reason ?? state.status);
      const allowed = exception?.statuses ?? ["confirmed"];
      expect({ ends: ends.filter((end) => !allowed.includes(end)), ...exception }).toMatchObject({
        ends: [],
      });
      for (const delivery of deliveries) {
        const { status, reason, recipients } = delivery.state;
        if (status === "confirmed") {
          for (const { evidence: seen } of recipients) expect(evidence).toContain(seen?.kind);
        }
        const counts = stored?.(delivery, ledger) ?? [];
        expect(Math.max(0, ...counts)).toBeLessThanOrEqual(1);
        const isThere = counts.every((count) => count === 1);
        if (status === "confirmed" && exception?.isUndetectable !== true) expect(isThere).toBe(true);
        if (reason === "unproven") expect(isThere).toBe(false);
      }
      expect(Object.values(ledger.violations).filter((count) => count > 0)).toEqual([]);
    },
  );
}

function describeNonsense({ shape, ...contract }: ChannelContract): void {
  const [order] = shape.orders();
  if (order === undefined) throw new Error("the contract needs an order");
  const cases = channelCases({ ...contract, order });
  it.each(cases)("$name", async ({ run }) => run());
}

export type Order = Omit<EnqueueInput, "account">;
