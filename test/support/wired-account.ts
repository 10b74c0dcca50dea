/** A second instance of the account "yzj" of a system, wired as in a worker. */
import { wireAccount, type WiredAccount } from "../../src/app/compose.ts";
import { connect } from "../../src/storage/connection.ts";
import { RedisClock } from "../../src/storage/redis-clock.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { FAST } from "./pace.ts";
import type { System } from "./system.ts";

export function wiredBeside(
  { config }: System,
  emit: (event: BidaEvent) => void = () => undefined,
): Pick<WiredAccount, "context" | "close"> {
  const redis = connect(config.redis, { role: "worker", onError: () => undefined });
  const settings = config.accounts["yzj"];
  if (settings === undefined) throw new Error("the account is not configured");
  const parts = { redis, queueRedis: redis, clock: new RedisClock(redis), emit };
  const { context, close } = wireAccount({ name: "yzj", settings, config, tuning: FAST, ...parts });
  return {
    context,
    close: async () => {
      await close();
      redis.disconnect();
    },
  };
}
