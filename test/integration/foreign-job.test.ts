/**
 * Somebody adds a BullMQ job of their own to Bida's queue.
 */
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { queueNames } from "../../src/queue/wake-up.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { testRedisUrl } from "../support/redis.ts";
import { startSystem } from "../support/system.ts";

it.each(["todo.create", "wake"])("a job %s that is not a wake-up is reported, and kept", async (called) => {
  const system = await startSystem();
  const connection = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const { name, prefix } = queueNames(system.config.redis.prefix, "yzj");
  const queue = new Queue(name, { connection, prefix });
  try {
    const job = await queue.add(called, { title: "请假" });

    await system.ended(await system.enqueue(aTodo()));
    const told = await eventually(
      () =>
        system.events.find((event) => event.event === "redis.failed" && event.detail.includes("no wake-up")),
      (event) => event !== undefined,
    );

    expect(told).toMatchObject({ detail: expect.stringContaining("no wake-up of Bida's") as string });
    await eventually(
      () => queue.getJobState(job.id ?? ""),
      (state) => state === "failed",
    );
    expect(JSON.stringify(told)).not.toContain("请假");
  } finally {
    await queue.close();
    connection.disconnect();
    await system.close();
  }
});
