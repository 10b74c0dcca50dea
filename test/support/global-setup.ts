/**
 * Starts one private Redis for the whole run, or uses the one named by BIDA_TEST_REDIS_URL.
 */
import type { TestProject } from "vitest/node";
import { startPrivateRedis } from "../../src/dev/private-redis/private-redis.ts";

declare module "vitest" {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env["BIDA_TEST_REDIS_URL"];
  if (named !== undefined) {
    project.provide("redisUrl", named);
    return async () => undefined;
  }
  const redis = await startPrivateRedis();
  project.provide("redisUrl", redis.url);
  return async () => redis.stop();
}
