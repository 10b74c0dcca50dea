/**
 * Runs the mirrors of an installation: each reads its lists, enqueues what follows from them, and pauses until
 * the next round. Only the process that has the turn does so; if it dies, another one takes over three
 * intervals later. If two do it at once, their orders have the same keys and make the same deliveries.
 *
 * `stop()` lets the round under way end, within the time that a worker may take to drain; then its calls are
 * aborted, which loses nothing.
 */
import { randomUUID } from "node:crypto";
import { repeatRounds } from "../intake/mirror/repeat-rounds.ts";
import { connect, type ScriptedRedis } from "../storage/connection.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { Turn, turnOfMirror } from "../storage/turn.ts";
import { wireAccount, type WiredAccount } from "./compose.ts";
import type { MirrorConfig } from "../config/config.ts";
import { accountNamed, mirrorOf } from "./mirror-wiring.ts";
import { createProducer, type Producer } from "./producer.ts";
import { connectTrusted } from "./redis-safety.ts";
import {
  emitRedisFailed,
  runningWorker,
  watchWrites,
  type RunningWorker,
  type WorkerOptions,
} from "./running-worker.ts";

interface MirrorOptions extends WorkerOptions {
  /** In place of each mirror's `everySeconds`. */
  readonly everyMs?: number;
}

export type RunningMirrors = RunningWorker;

const DRAIN_MS = 20_000;
/** If the process that has the turn dies, another one takes it after this many intervals. */
const INTERVALS_A_TURN = 3;

export async function startMirrors(options: MirrorOptions): Promise<RunningMirrors> {
  const { config, emit, tuning = {} } = options;
  const onError = emitRedisFailed(emit);
  await waitForSafeRedis(options, onError);
  // Fails within two seconds when Redis is away, so that a round is given up and repeated instead of waiting.
  const redis = connect(config.redis, { role: "producer", onError });
  const clock = new RedisClock(redis, config.redis);
  const writes = watchWrites(redis, config);
  const producer = createProducer({ config, onError, tuning });
  const stopping = new AbortController();
  const aborting = new AbortController();
  const running: Running = {
    name: randomUUID(),
    redis,
    clock,
    producer,
    stopping: stopping.signal,
    aborting: aborting.signal,
  };
  const accounts = wireSources(options, running);
  const mirrors = [...accounts].flatMap(([name, account]) =>
    config.mirrors
      .filter(({ from }) => from === name)
      .map((settings) => runMirror(settings, { account, running, options })),
  );
  emit({ event: "mirror.ready" });
  return runningWorker({
    complaints: () => writes.complaints(),
    stop: async () => {
      emit({ event: "mirror.draining" });
      writes.stop();
      stopping.abort();
      const cut = setTimeout(() => aborting.abort(), DRAIN_MS);
      await Promise.all(mirrors.map(({ rounds }) => rounds));
      clearTimeout(cut);
      await Promise.allSettled(mirrors.map(({ turn }) => turn.release()));
      await Promise.all([...accounts.values()].map((account) => account.close()));
      await producer.close();
      redis.disconnect();
      emit({ event: "mirror.stopped" });
    },
  });
}

/** What all mirrors of this process share. */
interface Running {
  /** The name of this process, by which it takes turns. */
  readonly name: string;
  readonly redis: ScriptedRedis;
  readonly clock: RedisClock;
  readonly producer: Producer;
  /** Aborts when no further round is to begin. */
  readonly stopping: AbortSignal;
  /** Aborts the calls of the round under way. */
  readonly aborting: AbortSignal;
}

/** The accounts whose messages are read, each once. */
function wireSources(
  { config, emit, tuning = {} }: MirrorOptions,
  { redis, clock }: Running,
): ReadonlyMap<string, WiredAccount> {
  const names = [...new Set(config.mirrors.map(({ from }) => from))];
  return new Map(
    names.map((name): [string, WiredAccount] => {
      const settings = accountNamed(name, config);
      return [name, wireAccount({ name, settings, config, redis, queueRedis: redis, clock, emit, tuning })];
    }),
  );
}

interface Mirroring {
  /** The account whose messages are read. */
  readonly account: WiredAccount;
  readonly running: Running;
  readonly options: MirrorOptions;
}

function runMirror(
  settings: MirrorConfig,
  { account, running, options: { config, tuning = {}, everyMs: givenMs } }: Mirroring,
): { readonly rounds: Promise<void>; readonly turn: Turn } {
  const { name, redis, clock, producer, stopping, aborting } = running;
  const everyMs = givenMs ?? settings.everySeconds * 1_000;
  const turn = new Turn(redis, { prefix: config.redis.prefix, what: turnOfMirror(settings), name });
  const rounds = repeatRounds(mirrorOf(settings, { account, config, redis, producer, tuning }), {
    everyMs,
    isOurs: () => turn.take(everyMs * INTERVALS_A_TURN),
    calibrate: () => clock.calibrate(),
    stopping,
    aborting,
  });
  return { rounds, turn };
}

/** Waits for Redis if it is away, and refuses one that must not be used. */
async function waitForSafeRedis(options: MirrorOptions, onError: (error: unknown) => void): Promise<void> {
  const redis = await connectTrusted(options, onError);
  redis.disconnect();
}
