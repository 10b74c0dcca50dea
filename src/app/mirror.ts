/**
 * The mirrors of an installation at work: each reads its lists, enqueues what follows, and rests until the
 * next round. Of several processes the one whose turn it is does so; another one takes over three intervals
 * after it has died. Should two do it at once, keys make their orders one.
 *
 * `stop()` lets the round at work end, for as long as a worker may take to drain; then its calls are
 * given up, which loses nothing.
 */
import { randomUUID } from "node:crypto";
import { messageOf } from "../delivery/error-words.ts";
import { repeatRounds } from "../intake/mirror/repeat-rounds.ts";
import { connect } from "../storage/connection.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { Turn, turnOfMirror } from "../storage/turn.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import { wireAccount, type WiredAccount } from "./compose.ts";
import type { MirrorConfig } from "../config/config.ts";
import { accountNamed, mirrorOf } from "./mirror-wiring.ts";
import { createProducer } from "./producer.ts";
import { trustRedis } from "./redis-safety.ts";
import type { RunningWorker, WorkerOptions } from "./worker-process.ts";

interface MirrorOptions extends WorkerOptions {
  /** In place of each mirror's `everySeconds`. */
  readonly everyMs?: number;
}

export type RunningMirrors = RunningWorker;

const DRAIN_MS = 20_000;
const WATCH_EVERY_MS = 2_000;
const SILENT_TOO_LONG_MS = 7_000;
const INTERVALS_A_TURN = 3;

export async function startMirrors(options: MirrorOptions): Promise<RunningMirrors> {
  const { config, emit, tuning = {} } = options;
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  await waitForSafeRedis(options, onError);
  // Fails within two seconds when Redis is away: a round is given up and repeated, it does not wait.
  const redis = connect(config.redis, "producer", onError);
  const clock = new RedisClock(redis, config.redis);
  const writes = new WriteProbe(() => probeWrites(redis, config.redis.prefix, Object.keys(config.accounts)));
  const watching = setInterval(() => void writes.look(), WATCH_EVERY_MS);
  const producer = createProducer({ config, onError, tuning });
  const name = randomUUID();
  const accounts = new Map(
    [...new Set(config.mirrors.map(({ from }) => from))].map((name): [string, WiredAccount] => {
      const settings = accountNamed(name, config);
      return [name, wireAccount({ name, settings, config, redis, queueRedis: redis, clock, emit, tuning })];
    }),
  );
  const stopping = new AbortController();
  const aborting = new AbortController();
  const turns = new Map<string, Turn>();
  const turnOf = (mirror: MirrorConfig): Turn => {
    const what = turnOfMirror(mirror);
    const turn = turns.get(what) ?? new Turn(redis, { prefix: config.redis.prefix, what, name });
    turns.set(what, turn);
    return turn;
  };
  const loops = [...accounts].flatMap(([name, account]) =>
    config.mirrors
      .filter(({ from }) => from === name)
      .map(async (settings) => {
        const everyMs = options.everyMs ?? settings.everySeconds * 1_000;
        const turn = turnOf(settings);
        return repeatRounds(mirrorOf(settings, { account, config, redis, producer, tuning }), {
          everyMs,
          isOurs: () => turn.take(everyMs * INTERVALS_A_TURN),
          calibrate: () => clock.calibrate(),
          stopping: stopping.signal,
          aborting: aborting.signal,
        });
      }),
  );
  emit({ event: "mirror.ready" });

  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    emit({ event: "mirror.draining" });
    clearInterval(watching);
    stopping.abort();
    const cut = setTimeout(() => aborting.abort(), DRAIN_MS);
    await Promise.all(loops);
    clearTimeout(cut);
    await Promise.allSettled([...turns.values()].map((turn) => turn.release()));
    await Promise.all([...accounts.values()].map((account) => account.close()));
    await producer.close();
    redis.disconnect();
    emit({ event: "mirror.stopped" });
  };
  return {
    readiness: () => {
      if (stopped !== null) return { ready: false, reasons: ["it is stopping"] };
      const refused = writes.complaint(SILENT_TOO_LONG_MS);
      return { ready: refused === null, reasons: refused === null ? [] : [refused] };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Waits for Redis if it is away, and refuses one that may not be trusted. */
async function waitForSafeRedis(options: MirrorOptions, onError: (error: unknown) => void): Promise<void> {
  const redis = connect(options.config.redis, "worker", onError);
  try {
    await trustRedis(redis, options);
  } finally {
    redis.disconnect();
  }
}
