/**
 * Redis' clock, as every worker and producer of an installation uses it: one clock for order, limits and
 * deadlines, however far the machines' own clocks are apart.
 */
import type { ScriptedRedis } from "./connection.ts";

const CALIBRATE_EVERY_MS = 60_000;
/** In a cluster, whose nodes' clocks are to be kept together, this name decides whose clock is asked. */
const CLOCK = "bida:{clock}";

export class RedisClock {
  readonly #redis: ScriptedRedis;
  #offsetMs = 0;
  #calibratedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: ScriptedRedis) {
    this.#redis = redis;
  }

  /** Milliseconds of Redis' clock, as well as the last calibration and the time since tell. */
  now(): number {
    return Math.round(Date.now() + this.#offsetMs);
  }

  /** Asks Redis for its time if the last answer is older than a minute. */
  async calibrate(): Promise<void> {
    const asked = performance.now();
    if (asked - this.#calibratedAt < CALIBRATE_EVERY_MS) return;
    const [seconds, micros] = (await this.#redis.bidaTime(CLOCK)) as [string, string];
    const roundTripMs = performance.now() - asked;
    const redisNow = Number(seconds) * 1_000 + Number(micros) / 1_000;
    this.#offsetMs = redisNow + roundTripMs / 2 - Date.now();
    this.#calibratedAt = asked;
  }
}
