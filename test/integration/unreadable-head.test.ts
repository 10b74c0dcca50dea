/**
 * A record that no longer parses ends dead `invalid`. Where it headed a lane, the lane is held like by any
 * dead head, and let go by a discard.
 */
import { Redis } from "ioredis";
import { afterEach, expect, it } from "vitest";
import { startApiWorld, type ApiWorld } from "../doors/http/api-world.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { testRedisUrl } from "../support/redis.ts";

let world: ApiWorld;
afterEach(async () => world.close());

it.each(["request", "state"])(
  "a lane whose head's %s is unreadable goes on after a discard",
  async (field) => {
    world = await startApiWorld({ withoutWorker: true });
    const head = await world.enqueue({ ...aTodo(), lane: "held" });
    const next = await world.enqueue({ ...aTodo(), lane: "held" });
    await spoil(head, field);
    await world.startWorker();
    await eventually(
      () => world.store.count("dead"),
      (dead) => dead === 1,
    );

    expect(await world.store.get(next)).toMatchObject({ state: { status: "queued", sends: 0 } });
    const { status } = await world.call(`/v1/dead-letters/${head}/discard`, {
      key: "ops",
      body: { note: "nobody can read it" },
    });

    expect(status).toBe(200);
    expect((await world.ended(next, 10_000)).state.status).toBe("confirmed");
  },
);

it("a lane that skips dead heads goes on past one that nobody can read, and its end is told", async () => {
  world = await startApiWorld({ withoutWorker: true, account: "onDeadHead: skip" });
  const head = await world.enqueue({ ...aTodo(), lane: "skipping" });
  const next = await world.enqueue({ ...aTodo(), lane: "skipping" });
  await spoil(head, "state");
  await world.startWorker();

  expect((await world.ended(next, 10_000)).state.status).toBe("confirmed");
  expect(world.events).toContainEqual(
    expect.objectContaining({ event: "delivery.ended", id: head, reason: "invalid" }),
  );
});

/** What an older version may have written: JSON, of another shape. */
async function spoil(id: string, field: string): Promise<void> {
  const redis = new Redis(testRedisUrl());
  const record = `${world.config.redis.prefix}:{yzj}:d:${id}`;
  const stored = JSON.parse((await redis.hget(record, field)) ?? "") as Record<string, unknown>;
  const odd = field === "state" ? { ...stored, recipients: "ann" } : { ...stored, metadata: ["ann"] };
  await redis.hset(record, field, JSON.stringify(odd));
  redis.disconnect();
}
