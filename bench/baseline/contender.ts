/**
 * The bare BullMQ side: `addBulk` to accept, a delayed job to wait.
 */
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { Contender } from "../contender.ts";
import type { Todo } from "../todo.ts";
import { JOB_OPTIONS, QUEUE, type TodoJob } from "./queue.ts";

const HOUR_MS = 3_600_000;

export const baseline: Contender = {
  name: "baseline",
  workerFile: fileURLToPath(new URL("./worker.ts", import.meta.url)),
  openProducer: async ({ redisUrl }) => {
    const connection = new Redis(redisUrl);
    const queue = new Queue<TodoJob>(QUEUE, { connection, defaultJobOptions: JOB_OPTIONS });
    await queue.waitUntilReady();
    const add = async (
      batch: readonly Todo[],
      { step, opts }: { readonly step: TodoJob["step"]; readonly opts: { delay?: number } },
    ): Promise<void> => {
      await queue.addBulk(batch.map((todo) => ({ name: "todo", data: { step, todo }, opts })));
    };
    return {
      accept: async (batch) => {
        await add(batch, { step: "send", opts: {} });
        return batch.map(({ sourceId }) => sourceId);
      },
      acceptWaiting: (batch) => add(batch, { step: "check", opts: { delay: HOUR_MS } }),
      close: async () => {
        await queue.close();
        await connection.quit();
      },
    };
  },
};
