/**
 * A bulk action goes on past one dead letter that throws, and past a channel that never comes back; a person who
 * asks has an answer all the same.
 */
import { afterEach, expect, it, vi } from "vitest";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import type { BulkAction, FailedItem, Actions } from "../../../src/operations/bulk-action.ts";
import type { OperationsContext, OperationsAccount } from "../../../src/operations/context.ts";
import { probeAccount } from "../../../src/operations/probe.ts";
import { runActionRound } from "../../../src/operations/run-action.ts";
import type { Channel } from "../../../src/platforms/channel.ts";
import { isRedisAway } from "../../../src/storage/redis-away.ts";
import { anEntry, aState, NOW } from "../../support/builders.ts";
import { aBulkAction } from "../../support/bulk-action.ts";
import { aDelivery, NOTES } from "../../support/pipeline.ts";
import { fake } from "../../support/fake.ts";
import type { HealthReader, SeenHealth } from "../../../src/operations/account-health.ts";
import type { Audit, Changes, DeliveryLists } from "../../../src/operations/ports.ts";
import type { AccountAccess } from "../../../src/platforms/account-access.ts";

afterEach(() => {
  vi.useRealTimers();
});

const IDS = ["d-1", "d-2", "d-3"];

it("fails the item that throws, with its id, and does the others", async () => {
  const { context, saved, failed, bugs } = aContext({ brokenId: "d-2" });

  await runActionRound(aLease("discard"), context);

  expect(saved).toMatchObject([{ status: "done", done: 2, failed: 1 }]);
  expect(failed).toMatchObject([{ id: "d-2", detail: "it failed inside Bida; see the log" }]);
  expect(bugs).toEqual(["d-2"]);
});

it("hands the whole round back where Redis is away", async () => {
  const { context, saved } = aContext({ brokenId: "d-2", thrown: new Error("Command timed out") });

  await expect(runActionRound(aLease("discard"), context)).rejects.toThrow("Command timed out");

  expect(saved).toEqual([]);
});

it.each(["its own words", "connect ECONNREFUSED 10.0.0.1:443"])(
  "fails the item whose channel throws %s, which is its platform's error and not Redis'",
  async (words) => {
    const { context, saved, failed, bugs } = aContext({ check: () => Promise.reject(new Error(words)) });

    await runActionRound(aLease("verify"), context);

    expect(saved).toMatchObject([{ status: "done", failed: 3 }]);
    expect(failed.map(({ detail }) => detail)).toEqual(IDS.map(() => "its channel failed; see the log"));
    expect(new Set(bugs)).toEqual(new Set(IDS));
  },
);

it("ends a round within its lease where no question is ever answered", async () => {
  vi.useFakeTimers();
  const ids = Array.from({ length: 30 }, (_, i) => `d-${i}`);
  const { context, saved, failed } = aContext({ ids, check: async () => new Promise(() => undefined) });

  const round = runActionRound(aLease("verify"), context);
  await vi.advanceTimersByTimeAsync(28_000);
  await round;

  expect(saved).toMatchObject([{ status: "running", looked: failed.length }]);
  expect(new Set(failed.map(({ detail }) => detail))).toEqual(new Set(["no answer in time"]));
});

it("answers a probe of an account's credentials also where its channel hangs", async () => {
  vi.useFakeTimers();
  const { context } = aContext({ tryCredentials: async () => new Promise(() => undefined) });

  const probing = probeAccount(
    { caller: { name: "ops", role: "admin", accounts: null }, account: "board", note: null },
    context,
  );
  await vi.advanceTimersByTimeAsync(22_000);

  expect(await probing).toMatchObject({ kind: "probed", channels: [{ credentials: "untold" }] });
});

function aLease(kind: BulkAction["kind"]) {
  const action = aBulkAction({ kind, ratePerSecond: 1_000, total: 3 });
  return { now: NOW, nextDueAt: null, leased: { action, version: 1 } };
}

interface Acting extends Partial<Pick<Channel, "check" | "tryCredentials">> {
  readonly ids?: readonly string[];
  readonly brokenId?: string;
  readonly thrown?: Error;
}

function aContext({
  ids = IDS,
  brokenId,
  thrown = new SyntaxError("no JSON"),
  check = async () => [],
  tryCredentials = async () => "untold",
}: Acting) {
  const saved: BulkAction[] = [];
  const failed: FailedItem[] = [];
  const bugs: (string | null)[] = [];
  const dead = aState({
    status: "dead",
    reason: "unproven",
    finishedAt: NOW,
    recipients: [anEntry({ status: "unknown", sends: 1, sentAt: NOW })],
  });
  const channel = fake<Channel>({ name: "outside", operations: NOTES, check, tryCredentials });
  const read = async (wanted: readonly string[]) =>
    wanted.map((id) => ({ delivery: aDelivery(dead, { id }), isBeingSent: false, callback: null }));
  const account = fake<OperationsAccount>({
    name: "board",
    platform: "outside",
    isConfigured: true,
    left: null,
    channels: [channel],
    policy: DEFAULT_POLICY,
    concurrency: 1,
    rates: {},
    reach: () => ({ account: fake<AccountAccess>({}), channels: [channel], receiptOf: async () => null }),
    health: fake<HealthReader>({
      look: async () =>
        fake<SeenHealth>({
          brokenKeys: [],
          counts: fake<SeenHealth["counts"]>({}),
          pause: null,
          breaker: { state: "closed", until: null, of: null },
          tokens: [],
        }),
    }),
    wakeup: { ring: async () => undefined },
    endHold: async () => false,
    lists: fake<DeliveryLists>({
      places: async (_list, { range }) =>
        ids.slice(range.after === null ? 0 : ids.indexOf(range.after.id) + 1).map((id) => ({ at: NOW, id })),
      read,
      look: read,
      payloads: async () => ({ payload: "{}", originals: [] }),
    }),
    changes: fake<Changes>({
      save: async ({ request }) => {
        if (request.id === brokenId) throw thrown;
        return { kind: "saved", rings: false };
      },
    }),
  });
  const context = fake<OperationsContext>({
    accounts: new Map([["board", account]]),
    audit: fake<Audit>({ write: async () => undefined }),
    actions: fake<Actions>({
      addFailed: async (_id, items) => void failed.push(...items),
      save: async (action) => {
        saved.push(action);
        return true;
      },
    }),
    now: () => NOW,
    ready: async () => undefined,
    isAway: isRedisAway,
    onBug: ({ id }) => void bugs.push(id),
    onWakeupFailed: () => undefined,
  });
  return { context, saved, failed, bugs };
}
