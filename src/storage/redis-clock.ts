/**
 * Redis' clock, which every worker and producer of an installation uses: one clock for order, limits and
 * deadlines, however much the clocks of the machines differ.
 *
 * Invariant: between two readings of Redis' clock only monotonic time is added. Setting the wall clock while
 * the process runs changes nothing here.
 */
import type { ScriptedRedis } from "./connection.ts";

const CALIBRATE_EVERY_MS = 60_000;
/** An answer that took longer is not used: it shows too little about when Redis read its clock. */
const TELLING_WITHIN_MS = 250;

interface RedisClockOptions {
  /** The prefix of Bida's keys. */
  readonly prefix?: string;
  /** A clock that never goes back, in ms. */
  readonly monotonicMs?: () => number;
}

export class RedisClock {
  readonly #redis: Pick<ScriptedRedis, "bidaTime">;
  readonly #monotonicMs: () => number;
  /** In a cluster this key decides which node's clock is asked. (The clocks of the nodes must be kept in step.) */
  readonly #clock: string;
  /** Redis' time at the monotonic clock's zero; null until Redis has answered once. */
  #zeroAt: number | null = null;
  #calibratedAt = Number.NEGATIVE_INFINITY;

  constructor(
    redis: Pick<ScriptedRedis, "bidaTime">,
    { prefix = "bida", monotonicMs = () => performance.now() }: RedisClockOptions = {},
  ) {
    this.#redis = redis;
    this.#monotonicMs = monotonicMs;
    this.#clock = `${prefix}:{clock}`;
  }

  /** Milliseconds of Redis' clock: the last reading, plus the monotonic time since then. */
  now(): number {
    return Math.round((this.#zeroAt ?? performance.timeOrigin) + this.#monotonicMs());
  }

  /** Asks Redis for its time now: the last answer may have come from another server. */
  async recalibrate(): Promise<void> {
    this.#calibratedAt = Number.NEGATIVE_INFINITY;
    await this.calibrate();
  }

  get isCalibrated(): boolean {
    return this.#monotonicMs() - this.#calibratedAt < CALIBRATE_EVERY_MS;
  }

  /** Asks Redis for its time if the last answer is older than a minute. */
  async calibrate(): Promise<void> {
    if (this.isCalibrated) return;
    const asked = this.#monotonicMs();
    const [seconds, micros] = await this.#redis.bidaTime(this.#clock);
    const roundTripMs = this.#monotonicMs() - asked;
    // A slow first answer is better than none.
    if (roundTripMs > TELLING_WITHIN_MS && this.#zeroAt !== null) return;
    const redisNow = Number(seconds) * 1_000 + Number(micros) / 1_000;
    this.#zeroAt = redisNow + roundTripMs / 2 - this.#monotonicMs();
    this.#calibratedAt = asked;
  }
}
