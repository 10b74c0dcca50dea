/**
 * A record that no longer parses ends dead `invalid`. Where it headed a lane, the lane is held like by any
 * dead head, and let go by a discard.
 */
import { afterEach, expect, it } from "vitest";
import { startApiSystem, type ApiSystem } from "../doors/http/api-system.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { keysOf } from "../support/keys-of.ts";

let system: ApiSystem;
afterEach(async () => system.close());

it.each(["request", "state"])(
  "a lane whose head's %s is unreadable goes on after a discard",
  async (field) => {
    system = await startApiSystem({ withoutWorker: true });
    const head = await system.enqueue({ ...aTodo(), lane: "held" });
    const next = await system.enqueue({ ...aTodo(), lane: "held" });
    await spoil(head, field);
    await system.startWorker();
    await eventually(
      () => system.store.count("dead"),
      (dead) => dead === 1,
    );

    expect(await system.store.get(next)).toMatchObject({ state: { status: "queued", sends: 0 } });
    const { status } = await system.call(`/v1/dead-letters/${head}/discard`, {
      key: "ops",
      body: { note: "nobody can read it" },
    });

    expect(status).toBe(200);
    expect((await system.ended(next, 10_000)).state.status).toBe("confirmed");
  },
);

it("a lane that skips dead heads goes on past an unreadable one, whose end is reported", async () => {
  system = await startApiSystem({ withoutWorker: true, account: "onDeadHead: skip" });
  const head = await system.enqueue({ ...aTodo(), lane: "skipping" });
  const next = await system.enqueue({ ...aTodo(), lane: "skipping" });
  await spoil(head, "state");
  await system.startWorker();

  expect((await system.ended(next, 10_000)).state.status).toBe("confirmed");
  expect(system.events).toContainEqual(
    expect.objectContaining({ event: "delivery.ended", id: head, reason: "invalid" }),
  );
});

it("a lane that skips dead heads is held by an unreadable one of which something was sent", async () => {
  system = await startApiSystem({ withoutWorker: true, account: "onDeadHead: skip" });
  const head = await system.enqueue({ ...aTodo(), lane: "skipping" });
  const next = await system.enqueue({ ...aTodo(), lane: "skipping" });
  await spoil(head, "state");
  await tell(head, { at: Date.now(), event: "sent", outcome: "unknown (connection)", to: 1 });
  await system.startWorker();
  await eventually(
    () => system.store.count("dead"),
    (dead) => dead === 1,
  );

  expect(await system.store.get(next)).toMatchObject({ state: { status: "queued", sends: 0 } });
  await system.call(`/v1/dead-letters/${head}/discard`, { key: "ops", body: { note: "looked at" } });
  expect((await system.ended(next, 10_000)).state.status).toBe("confirmed");
});

it.each(["request", "state"])(
  "what the platform named is known by its key, though the %s is unreadable",
  async (field) => {
    system = await startApiSystem({ account: "resGroupSecret: sandbox-schedule-secret" });
    const create = {
      openid: "ann",
      content: "周会",
      startDate: 1_900_000_000_000,
      endDate: 1_900_000_360_000,
    };
    const schedule = async (operation: string, payload: object, key?: string): Promise<string> =>
      system.enqueue({
        account: "yzj",
        operation,
        payload: { ...payload },
        ...(key === undefined ? {} : { key }),
      });
    const created = await schedule("schedule.create", create, "oa-1");
    expect((await system.ended(created, 10_000)).state.status).toBe("confirmed");
    await spoil(created, field);

    const finished = await schedule("schedule.finish", { openid: "ann", of: "oa-1" });

    expect((await system.ended(finished, 10_000)).state).toMatchObject({ status: "confirmed" });
    const { status } = await system.call("/v1/deliveries?key=oa-1", { key: "ops" });
    expect(status).toBe(200);
  },
);

/** One more entry of its story. */
async function tell(id: string, entry: object): Promise<void> {
  const record = keysOf(system).delivery(id);
  const story = await system.redis.hget(record, "timeline");
  await system.redis.hset(record, "timeline", [story, JSON.stringify(entry)].filter(Boolean).join("\n"));
}

/** What an older version may have written: JSON, of another shape. */
async function spoil(id: string, field: string): Promise<void> {
  const record = keysOf(system).delivery(id);
  const stored = JSON.parse((await system.redis.hget(record, field)) ?? "") as Record<string, unknown>;
  const odd = field === "state" ? { ...stored, recipients: "ann" } : { ...stored, metadata: ["ann"] };
  await system.redis.hset(record, field, JSON.stringify(odd));
}
