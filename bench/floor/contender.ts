/**
 * The floor: what two POSTs a delivery cost on this machine when nothing is promised. No job a delivery, no
 * promise a call, and none of Bida's records, claims, lanes, indexes or counters: one hash field a delivery
 * and one list to send, leased and saved in batches. Nobody should run this; it says how far there is to go.
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
