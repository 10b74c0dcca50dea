/**
 * The floor: the cost of two POSTs for each delivery on this machine, with no guarantees. It has no job for
 * each delivery, no promise for each call, and none of Bida's records, claims, lanes, indexes and counters:
 * only one hash field for each delivery and one list of sends, taken and saved in batches. It is not meant for
 * use; it shows how much could still be saved.
 */
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import type { Contender } from "../contender.ts";
import type { Todo } from "../todo.ts";
import { CHECKS, PAYLOADS, SENDS } from "./keys.ts";

const HOUR_MS = 3_600_000;

export const floor: Contender = {
  name: "floor",
  workerFile: fileURLToPath(new URL("./worker.ts", import.meta.url)),
  openProducer: async ({ redisUrl }) => {
    const redis = new Redis(redisUrl);
    const add = async (
      batch: readonly Todo[],
      { list, at }: { readonly list: string; readonly at: number },
    ): Promise<void> => {
      const payloads = batch.flatMap((todo) => [todo.sourceId, JSON.stringify(todo)]);
      const places = batch.flatMap((todo) => [at, todo.sourceId]);
      await redis
        .multi()
        .hset(PAYLOADS, ...payloads)
        .zadd(list, ...places)
        .exec();
    };
    return {
      accept: async (batch) => {
        await add(batch, { list: SENDS, at: Date.now() });
        return batch.map(({ sourceId }) => sourceId);
      },
      acceptWaiting: (batch) => add(batch, { list: CHECKS, at: Date.now() + HOUR_MS }),
      close: async () => {
        await redis.quit();
      },
    };
  },
};
