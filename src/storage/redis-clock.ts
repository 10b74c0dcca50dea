/**
 * Redis' clock, which every worker and producer of an installation uses: one clock for order, limits and
 * deadlines, however much the clocks of the machines differ.
 *
 * Invariant: between two readings of Redis' clock only monotonic time is added. Setting the wall clock while
 * the process runs changes nothing here.
 */
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";

const CALIBRATE_EVERY_MS = 60_000;
/** An answer that took longer is not used: it shows too little about when Redis read its clock. */
const TELLING_WITHIN_MS = 250;
/** A reading is wrong by at most half of its round trip. One as quick as this is not improved by asking again. */
const GOOD_ROUND_TRIP_MS = 4;
const MOST_READINGS = 5;

interface Reading {
  /** Redis' time at the monotonic clock's zero, if Redis read its clock in the middle of the round trip. */
  readonly zeroAt: number;
  readonly roundTripMs: number;
}

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
  #asking: Promise<void> | null = null;
  /** Counts the servers that may have answered: an answer of an earlier one is not adopted. */
  #server = 0;

  constructor(
    redis: Pick<ScriptedRedis, "bidaTime">,
    { prefix = "bida", monotonicMs = () => performance.now() }: RedisClockOptions = {},
  ) {
    this.#redis = redis;
    this.#monotonicMs = monotonicMs;
    this.#clock = new InstallationKeys(prefix).clock;
  }

  /** Milliseconds of Redis' clock: the last reading, plus the monotonic time since then. */
  now(): number {
    return Math.round((this.#zeroAt ?? performance.timeOrigin) + this.#monotonicMs());
  }

  /** Asks Redis for its time now: the last answer may have come from another server. */
  async recalibrate(): Promise<void> {
    this.#calibratedAt = Number.NEGATIVE_INFINITY;
    this.#server += 1;
    this.#asking = null;
    await this.calibrate();
  }

  get isCalibrated(): boolean {
    return this.#monotonicMs() - this.#calibratedAt < CALIBRATE_EVERY_MS;
  }

  /** Asks Redis for its time if the last answer is older than a minute. Callers at the same time share the answer. */
  async calibrate(): Promise<void> {
    if (this.isCalibrated) return;
    this.#asking ??= this.#ask();
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const server = this.#server;
    try {
      const reading = await this.#quickest();
      if (server === this.#server) this.#adopt(reading);
    } finally {
      if (server === this.#server) this.#asking = null;
    }
  }

  async #quickest(): Promise<Reading> {
    const asked = this.#monotonicMs();
    let quickest = await this.#read();
    for (let readings = 1; readings < MOST_READINGS; readings += 1) {
      const mayImprove = quickest.roundTripMs > GOOD_ROUND_TRIP_MS;
      if (!mayImprove || this.#monotonicMs() - asked > TELLING_WITHIN_MS) break;
      const reading = await this.#read();
      if (reading.roundTripMs < quickest.roundTripMs) quickest = reading;
    }
    return quickest;
  }

  #adopt({ zeroAt, roundTripMs }: Reading): void {
    // A slow first answer is better than none.
    if (roundTripMs > TELLING_WITHIN_MS && this.#zeroAt !== null) return;
    this.#zeroAt = zeroAt;
    this.#calibratedAt = this.#monotonicMs();
  }

  async #read(): Promise<Reading> {
    const asked = this.#monotonicMs();
    const [seconds, micros] = await this.#redis.bidaTime(this.#clock);
    const answered = this.#monotonicMs();
    const redisNow = Number(seconds) * 1_000 + Number(micros) / 1_000;
    return { zeroAt: redisNow - (asked + answered) / 2, roundTripMs: answered - asked };
  }
}
