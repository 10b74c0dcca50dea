/**
 * What people may ask, as plain functions on a real Redis: what holds when several ask at once.
 */
import { describe, expect, it } from "vitest";
import { openOperations, type Operations } from "../../src/app/operations-context.ts";
import { die } from "../../src/delivery/decision.ts";
import type { DeliveryState } from "../../src/delivery/record.ts";
import type { Caller } from "../../src/operations/caller.ts";
import { cancelDelivery } from "../../src/operations/cancel.ts";
import { showAction, startAction } from "../../src/operations/bulk.ts";
import { discardDeadLetter } from "../../src/operations/discard.ts";
import { enqueueBatch } from "../../src/operations/enqueue.ts";
import { listDeadLetters } from "../../src/operations/dead-letters.ts";
import { groupDeadLetters } from "../../src/operations/group.ts";
import { listHeldLanes } from "../../src/operations/held-lanes.ts";
import { readStats } from "../../src/operations/stats.ts";
import { inspect } from "../../src/operations/inspect.ts";
import { listDeliveries } from "../../src/operations/list.ts";
import { replayDeadLetter } from "../../src/operations/replay.ts";
import { runActionRound } from "../../src/operations/run-action.ts";
import { MOST_LOOKED } from "../../src/operations/paginate-lists.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { FAST, startSystem, type System, type SystemOptions } from "../support/system.ts";
import { closing } from "../support/closing.ts";
import { keysOf } from "../support/keys-of.ts";

const ops: Caller = { name: "ops", role: "operator", accounts: null };
async function aSystem(options: SystemOptions = {}): Promise<System & Operations> {
  const system = await startSystem({ withoutWorker: true, ...options });
  const operations = openOperations({ config: system.config, onError: () => undefined, tuning: FAST });
  closing.push(() => system.close(), operations.close);
  return { ...system, ...operations, close: system.close };
}

/** A dead letter, as a worker would have left it. */
async function aDeadLetter(
  { store, enqueue }: System,
  input = aTodo(),
  left: Partial<DeliveryState> = {},
): Promise<string> {
  const id = await enqueue(input);
  const delivery = await store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
  const now = Date.now();
  const { state, entries } = die(delivery.state, {
    reason: "expired",
    detail: "",
    entries: [],
    context: { now },
  });
  await store.save(delivery, {
    decision: { state: { ...state, ...left } as DeliveryState, entries },
    leaving: { leavesLane: false },
  });
  return id;
}

describe("cancelling while workers send", () => {
  it("never cancels what reached the platform, and never loses what it did not cancel", async () => {
    const system = await aSystem();
    await system.startWorker();

    const cancels = Array.from({ length: 60 }, async () => {
      const id = await system.enqueue(aTodo());
      return { id, result: await cancelDelivery({ id, caller: ops, note: null }, system.context) };
    });
    const tried = await Promise.all(cancels);
    const results = tried.map(({ result }) => result);
    const ids = tried.map(({ id }) => id);
    await Promise.all(ids.map((id) => system.ended(id)));

    const cancelled = results.filter(({ kind }) => kind === "cancelled").length;
    const { todos } = await system.ledger();
    expect(results.every(({ kind }) => kind === "cancelled" || kind === "tooLate")).toBe(true);
    expect(todos).toHaveLength(ids.length - cancelled);
    expect(await system.store.count("cancelled")).toBe(cancelled);
  });

  it("is too late as soon as a worker has begun to send", async () => {
    const system = await aSystem();
    await system.misbehave({ script: [{ fault: "slow-drip", endpoint: "todo.create", totalMs: 50_000 }] });
    await system.startWorker();
    const id = await system.enqueue(aTodo());
    await eventually(
      () => system.ledger(),
      ({ todos }) => todos.length === 1,
    );

    const result = await cancelDelivery({ id, caller: ops, note: null }, system.context);

    expect(result).toEqual({ kind: "tooLate", status: "sending" });
    expect((await system.ended(id)).state.status).toBe("confirmed");
  });
});

describe("acting on one dead letter", () => {
  it("is done once, however many try at the same moment", async () => {
    const system = await aSystem();
    const id = await aDeadLetter(system);

    const results = await Promise.all([
      ...Array.from({ length: 5 }, () =>
        replayDeadLetter({ id, caller: ops, payload: null, note: null }, system.context),
      ),
      ...Array.from({ length: 5 }, () => discardDeadLetter({ id, caller: ops, note: "x" }, system.context)),
    ]);

    const done = results.filter(({ kind }) => kind === "replayed" || kind === "discarded");
    expect(done).toHaveLength(1);
    const shown = await inspect({ id, caller: ops, include: ["timeline"] }, system.context);
    if (shown.kind !== "found") throw new Error(shown.kind);
    expect(shown.delivery.timeline?.map(({ event }) => event).slice(2)).toHaveLength(1);
  });

  it("keeps the idempotency key for as long as the record lives", async () => {
    const system = await aSystem();
    const todo = { ...aTodo(), key: "order-1", deadline: Date.now() + 60_000 };
    const id = await aDeadLetter(system, todo);
    const key = keysOf(system).key("*");
    const [name = ""] = await system.redis.keys(key);

    await replayDeadLetter({ id, caller: ops, payload: null, note: null }, system.context);

    // It has no end.
    expect(await system.redis.pttl(name)).toBe(-1);
    expect(await system.producer.enqueue(todo)).toEqual({ kind: "existing", id });
  });

  it("gives a replayed dead letter that had left its lane a place at the lane's end", async () => {
    const system = await aSystem({ account: "onDeadHead: skip" });
    const id = await aDeadLetter(system, { ...aTodo(), lane: "one" });
    await system.redis.zrem(keysOf(system).lane("named:one"), id);
    const next = await system.enqueue({ ...aTodo(), lane: "one" });

    await replayDeadLetter({ id, caller: ops, payload: null, note: null }, system.context);

    const lane = await system.redis.zrange(keysOf(system).lane("named:one"), 0, "-1");
    expect(lane).toEqual([next, id]);
    await system.startWorker();
    const [first, second] = [await system.ended(next), await system.ended(id)];
    expect(first.state.finishedAt ?? 0).toBeLessThanOrEqual(second.state.finishedAt ?? 0);
  });

  it("refuses an edit that would make it a delivery of another entity", async () => {
    const system = await aSystem();
    const payload = { sourcetype: "500041933", sourceitemid: "s", actiontype: { deal: 1 } };
    const id = await aDeadLetter(system, { account: "yzj", operation: "todo.update", payload });

    const edited = { ...payload, sourceitemid: "another" };
    const result = await replayDeadLetter({ id, caller: ops, payload: edited, note: null }, system.context);

    expect(result).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload" }] });
  });
});

describe("a bug", () => {
  it("in the middle of a batch is reported to the caller, and ends nothing else", async () => {
    const { enqueueContext } = await aSystem();
    const broken = {
      ...enqueueContext,
      now: () => {
        throw new Error("a bug");
      },
    };

    await expect(
      enqueueBatch(
        Array.from({ length: 300 }, () => aTodo()),
        broken,
      ),
    ).rejects.toThrow("a bug");
  });
});

describe("a bulk action", () => {
  it("is continued by another process when its own one dies, and acts on no dead letter twice", async () => {
    const system = await aSystem();
    for (let i = 0; i < 12; i += 1) await aDeadLetter(system);
    const filter = { account: "yzj" };
    const order = {
      caller: ops,
      kind: "replay",
      filter,
      dryRun: false,
      ratePerSecond: 5,
      note: null,
    } as const;
    const started = await startAction(order, system.context);
    if (started.kind !== "started") throw new Error("it was not started");
    const { id } = started.action;

    // The first process takes a round, acts, and dies before it can save how far it came.
    const lost = await system.context.actions.lease(1);
    const { actions } = system.context;
    const { add, lease, list } = actions;
    const dead = {
      add,
      lease,
      list,
      get: async () => null,
      changeRate: async () => undefined,
      addFailed: async () => undefined,
      failed: async () => [],
      save: async () => true,
    };
    await runActionRound(lost, { ...system.context, actions: dead });
    for (;;) {
      const lease = await system.context.actions.lease(1);
      await runActionRound(lease, system.context);
      const shown = await showAction({ id, caller: ops }, system.context);
      if (shown.kind === "found" && shown.action.status !== "running") break;
    }

    const shown = await showAction({ id, caller: ops }, system.context);
    expect(shown).toMatchObject({ action: { status: "done", failed: 0 } });
    expect(await system.store.count("dead")).toBe(0);
    const ids = await system.store.ids("queued", 100);
    const replays = await Promise.all(ids.map((one) => system.store.timeline(one)));
    expect(replays.map((entries) => entries.filter(({ event }) => event === "replayed").length)).toEqual(
      ids.map(() => 1),
    );
  });
});

describe("the scripts' counters", () => {
  it("give groups, held lanes, and counts", async () => {
    const system = await aSystem();
    const [head, alone] = [
      await aDeadLetter(system, { ...aTodo(), lane: "held" }),
      await aDeadLetter(system),
    ];
    await system.enqueue({ ...aTodo(), lane: "held" });
    const context = system.context;
    const now = Date.now();

    const groups = await groupDeadLetters({ caller: ops, filter: {} }, context);
    const some = await listDeadLetters(
      { caller: ops, filter: { operation: "todo.create" }, limit: 1 },
      context,
    );
    const lanes = await listHeldLanes({ caller: ops, limit: 10 }, context);
    const stretch = { caller: ops, fromMs: now - 120_000, toMs: now + 60_000, bucketMs: 60_000 };
    const stats = await readStats(stretch, { objectives: new Map(), context });

    expect(groups).toMatchObject({
      counted: 2,
      isComplete: true,
      items: [{ operation: "todo.create", reason: "expired", code: null, count: 2, example: alone }],
    });
    expect(some).toMatchObject({ items: [{ id: alone }] });
    // The other one holds the lane of its own todo, and nobody waits there.
    expect(lanes).toMatchObject({
      items: [
        { waiting: 0, head: { id: alone } },
        { lane: "named:held", waiting: 1, head: { id: head } },
      ],
    });
    expect(stats).toMatchObject({
      accounts: [{ account: "yzj", accepted: 3, dead: { expired: 2 }, held: { lanes: 2, waiting: 1 } }],
    });
    if (stats.kind !== "stats") throw new Error(stats.kind);
    expect(stats.buckets.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(3);
  });
});

describe("a list", () => {
  it("looks at a bounded number of records, and says where to go on", async () => {
    const system = await aSystem();
    const wanted = await system.enqueue({ ...aTodo({}, ["needle"]), lane: "needle" });
    await system.producer.enqueueBatch(Array.from({ length: MOST_LOOKED + 100 }, () => aTodo()));
    const input = { caller: ops, lane: "named:needle", limit: 10 };

    const first = await listDeliveries(input, system.context);
    if (first.kind !== "page") throw new Error(`not a page: ${first.kind}`);
    const second = await listDeliveries({ ...input, cursor: first.nextCursor ?? "" }, system.context);

    expect(first).toMatchObject({ items: [] });
    expect(first.nextCursor).not.toBeNull();
    expect(second).toMatchObject({ kind: "page", items: [{ id: wanted }], nextCursor: null });
    // A person's deliveries are listed: nothing is looked through.
    const theirs = await listDeliveries({ caller: ops, recipient: "needle", limit: 10 }, system.context);
    expect(theirs).toMatchObject({ kind: "page", items: [{ id: wanted }], nextCursor: null });
  });

  it("distinguishes deliveries of one millisecond", async () => {
    const system = await aSystem();
    const results = await system.producer.enqueueBatch(Array.from({ length: 300 }, () => aTodo()));
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    const status = keysOf(system).status("queued");
    await system.redis.zadd(status, ...ids.flatMap((id) => [1, id]));

    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listDeliveries({ caller: ops, status: "queued", limit: 7, cursor }, system.context);
      if (page.kind !== "page") throw new Error(`not a page: ${page.kind}`);
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }

    expect(seen).toEqual(ids.toSorted().toReversed());
  });
});
