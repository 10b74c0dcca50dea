/**
 * The project's private Redis as a bench needs it: with a pid to read its CPU time, without a rewrite of its
 * AOF in the middle of a round, and removed even if the bench exits early.
 */
import { rmSync } from "node:fs";
import { startPrivateRedis } from "../src/dev/private-redis/private-redis.ts";

interface MeasuredRedis {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startMeasuredRedis(): Promise<MeasuredRedis> {
  // The AOF is rewritten only between rounds, by `Bench.clear`.
  const redis = await startPrivateRedis({ extraArgs: ["--auto-aof-rewrite-percentage", "0"] });
  const { pid, directory } = redis;
  if (pid === null) {
    await redis.stop();
    throw new Error(
      "the bench reads Redis' CPU time from /proc: it needs a redis-server here, not one in Docker",
    );
  }
  const leaveEarly = (): void => {
    process.kill(pid, "SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  process.on("exit", leaveEarly);
  return {
    url: redis.url,
    pid,
    stop: async () => {
      process.off("exit", leaveEarly);
      await redis.stop();
    },
  };
}
