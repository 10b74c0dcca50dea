/**
 * The pipeline of one account with the test's own channel, in memory. It records saves, returned leases and
 * events.
 */
import { z } from "zod";
import { Account, type AccountParts } from "../../src/account/account.ts";
import type { CallMonitor } from "../../src/account/calls.ts";
import { DEFAULT_LIMITS } from "../../src/account/limits.ts";
import type { SharedAccount } from "../../src/account/ports.ts";
import { DEFAULT_POLICY } from "../../src/delivery/policy.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { AccountContext } from "../../src/pipeline/account-context.ts";
import type { CheckRound } from "../../src/pipeline/confirm-round.ts";
import type { Deliveries, LeasedCheck } from "../../src/pipeline/ports.ts";
import { QuarantineSlot, SuspectLooks, type Quarantine } from "../../src/pipeline/quarantine-slot.ts";
import { RoomsForChecks } from "../../src/pipeline/rooms-for-checks.ts";
import { RecentInputs } from "../../src/pipeline/recent-inputs.ts";
import type { AccountAccess } from "../../src/platforms/account-access.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import type { Wire } from "../../src/platforms/platform-http.ts";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { isRedisAway } from "../../src/storage/redis-away.ts";
import { NOW } from "./builders.ts";
import { fake } from "./fake.ts";

export const silentWire: Wire = {
  call: async () => ({ kind: "unreachable", detail: "not here" }),
  close: async () => undefined,
};

/** A round of these checks, leased now. */
export function aRound(checks: readonly LeasedCheck[], quarantine: Quarantine | null = null): CheckRound {
  return {
    now: NOW,
    nextDueAt: null,
    isProbe: false,
    checks,
    moreSuspects: false,
    isCrowded: false,
    quarantine,
  };
}

export interface Acting {
  readonly send?: Channel["send"];
  readonly check?: Channel["check"];
  readonly tryCredentials?: Channel["tryCredentials"];
  readonly wire?: Wire;
  readonly recall?: AccountAccess["recall"];
  readonly onDeadHead?: "hold" | "skip";
}

/** One operation, to one recipient. */
export const NOTES: Channel["operations"] = {
  "note.create": {
    input: z.looseObject({}),
    entity: () => null,
    recipients: () => ["ann"],
    recipientsPerSend: 1,
  },
};

/** The pipeline of one account with such a channel, with its saves and events. */
export function aPipeline({
  send,
  check,
  tryCredentials,
  wire = silentWire,
  recall,
  onDeadHead = "hold",
}: Acting) {
  const saved: Delivery["state"][] = [];
  const events: string[] = [];
  const released: string[] = [];
  const heldFor: number[] = [];
  const channel: Channel = {
    name: "outside",
    operations: NOTES,
    send: send ?? (async () => ({ kind: "accepted" })),
    check: check ?? (async () => []),
    tryCredentials: tryCredentials ?? (async () => "untold"),
  };
  const slot = new QuarantineSlot();
  const context = fake<AccountContext>({
    account: accountOn(wire, recall),
    calls: fake<CallMonitor>({ hold: async () => undefined, probed: async () => undefined }),
    channels: [channel],
    sendIntervalsUs: [],
    policy: DEFAULT_POLICY,
    onDeadHead,
    deliveries: fake<Deliveries>({
      save: async (_, { decision }) => {
        saved.push(decision.state);
        return { kind: "saved", rings: false };
      },
      releaseChecks: async (held) => void released.push(...held.map(({ id }) => id)),
      renewChecks: async (_, leaseMs) => void heldFor.push(leaseMs),
      payload: async () => "{}",
    }),
    replicated: null,
    runtime: {
      now: () => NOW,
      random: () => 0.5,
      emit: ({ event }) => void events.push(event),
      isAway: isRedisAway,
    },
    inputs: new RecentInputs(),
    rooms: new RoomsForChecks(),
    suspects: {
      sends: new SuspectLooks(slot, () => undefined),
      checks: new SuspectLooks(slot, () => undefined),
    },
    nudge: () => undefined,
    nudgeSends: () => undefined,
    wakeup: { ring: async () => undefined },
    onRingFailed: () => undefined,
  });
  return { context, saved, events, released, heldFor };
}

/** A leased send that may be made. */
export function aSending(delivery: Delivery) {
  const found = {
    kind: "go",
    id: "d-1",
    version: 1,
    delivery,
    leaveAt: NOW,
    isSuspect: false,
    payload: "{}",
  } as const;
  return { found, round: { now: NOW, isProbe: false }, guard: new SendGuard(5_000), quarantine: null };
}

export function accountOn(wire: Wire, recall: AccountAccess["recall"] = async () => null): Account {
  const granted = { kind: "granted", waitMs: 0 } as const;
  const parts = fake<AccountParts>({
    name: "board",
    settings: { platform: "outside" },
    limits: { ...DEFAULT_LIMITS, rates: {}, maxRateWaitMs: 1_000 },
    store: fake<SharedAccount>({ permitCall: async () => granted, recall }),
    calls: fake<CallMonitor>({ count: () => undefined, rateWaited: () => undefined }),
    wire,
  });
  return new Account(parts);
}

export function aDelivery(state: Delivery["state"], request: Partial<Delivery["request"]> = {}): Delivery {
  return {
    request: {
      id: "d-1",
      account: "board",
      operation: "note.create",
      key: null,
      lane: null,
      priority: 0,
      createdAt: NOW,
      notBefore: null,
      deadlineAt: NOW + DEFAULT_POLICY.deadlineMs,
      callbackUrl: null,
      metadata: null,
      traceparent: null,
      producer: null,
      requestId: null,
      ...request,
    },
    state,
    version: 1,
  };
}
