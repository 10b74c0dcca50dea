/**
 * The delivery worker: for each account a loop that sends, a clock that confirms, and retention.
 *
 * `stop()` drains: no new work, what is in flight is finished, the rest is handed back. Ready means
 * progress, not connection: Redis answers the clocks, and nothing due is left lying.
 */
import { randomUUID } from "node:crypto";
import { messageOf } from "../delivery/error-words.ts";
import { leaseRound, runRound } from "../pipeline/confirm-round.ts";
import { ROUNDS_A_CHANNEL } from "../pipeline/rooms-for-checks.ts";
import { QuarantineSlot } from "../pipeline/quarantine-slot.ts";
import {
  handBackLeased,
  heldOf,
  leaseSendRound,
  sendLeased,
  settleFound,
  type Sending,
  type SendRound,
} from "../pipeline/send-round.ts";
import { trimEnded } from "../pipeline/trim-ended.ts";
import { brokenInequalities, SEND_TIMES } from "../pipeline/send-times.ts";
import type { Policy } from "../delivery/policy.ts";
import { LeaseClock } from "../queue/lease-clock.ts";
import { SendLoop, type Look } from "../queue/send-loop.ts";
import { WakeWorker } from "../queue/wake-up.ts";
import { Retention, RETENTION_EVERY_MS } from "../queue/retention.ts";
import { within } from "../waiting/in-time.ts";
import { connect, hangUp, type ScriptedRedis } from "../storage/connection.ts";
import { isRedisFull } from "../storage/redis-away.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { TrimStore } from "../storage/trim-store.ts";
import { Turn, turnOfRetention } from "../storage/turn.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import { replicasOf, wireAccount, type WiredAccount } from "./compose.ts";
import { policyOf } from "../config/policy-and-limits.ts";
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { unlessAborted } from "../waiting/unless-aborted.ts";
import { AccountJournals } from "./account-journals.ts";
import { ANNOUNCE_EVERY_MS, NowAndThen } from "./now-and-then.ts";
import { announceAccounts, trustRedis } from "./redis-safety.ts";
import { SERVED_WITHIN_MS } from "./left-account.ts";
import { UnconfiguredAccounts } from "./unconfigured-accounts.ts";
import type { RunningWorker, WorkerOptions } from "./worker-process.ts";

export interface DeliveryWorkerOptions extends WorkerOptions {
  readonly retentionEveryMs?: number;
  /** How often it says what it serves, and looks after what nobody serves. */
  readonly registryEveryMs?: number;
  /** An account that no worker has named for so long is nobody's. */
  readonly servedWithinMs?: number;
}

/** Its `stop()` takes at most 25 s. */
export type DeliveryWorker = RunningWorker;

/** In-flight calls have 13 s at the most; 20 s leaves time to save and close within the 25 s. */
const DRAIN_MS = SEND_TIMES.drainMs;
const CLOSE_MS = 2_000;
const SILENT_TOO_LONG_MS = 5_000;
const WATCH_EVERY_MS = 2_000;
/** Whoever dies in its turn is followed by another one after so many. */
const INTERVALS_A_TURN = 3;

/** What falls due within an eighth of the first pause is asked in one round: lists are read once for all. */
function gatherMs({ checkScheduleMs: [first = 0] }: Policy): number {
  return Math.max(20, Math.round(first / 8));
}

export async function startDeliveryWorker(options: DeliveryWorkerOptions): Promise<DeliveryWorker> {
  const { config, emit } = options;
  const [broken] = brokenInequalities(SEND_TIMES, policyOf(config).visibilityLagMs);
  if (broken !== undefined) throw new ConfigError(broken);
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const redis = connect(config.redis, "worker", onError);
  const queueRedis = connect(config.redis, "waiting", onError);
  const close = async (): Promise<void> => {
    await Promise.all([hangUp(redis), hangUp(queueRedis)]);
  };
  const clock = new RedisClock(redis, config.redis);
  try {
    await trustRedis(redis, options);
    await unlessAborted(clock.calibrate(), options.leaving);
    await refuseWithoutWait(redis, config);
  } catch (error) {
    await close();
    throw error;
  }
  const accounts = Object.keys(config.accounts);
  const writes = new WriteProbe(() => probeWrites(redis, config.redis.prefix, accounts));
  const suspects = new QuarantineSlot();
  const journals = new AccountJournals(redis, { prefix: config.redis.prefix, now: () => clock.now() });
  const heard = journals.hearing(emit);
  const runners = Object.entries(config.accounts).map(([name, settings]) => {
    const tuning = options.tuning ?? {};
    const wired = wireAccount({
      name,
      settings,
      config,
      redis,
      queueRedis,
      clock,
      emit: heard,
      tuning,
      suspects,
    });
    return runAccount(wired, { redis, queueRedis, redisClock: clock }, options);
  });
  const left = new UnconfiguredAccounts({
    config,
    redis,
    now: () => clock.now(),
    emit,
    onError,
    tuning: options.tuning ?? {},
    everyMs: options.registryEveryMs ?? ANNOUNCE_EVERY_MS,
    servedWithinMs: options.servedWithinMs ?? SERVED_WITHIN_MS,
  });
  left.start();
  const announced = new NowAndThen(ANNOUNCE_EVERY_MS, () => announceAccounts(redis, config));
  const watching = setInterval(() => {
    clock.calibrate().catch(onError);
    void writes.look();
    announced.done().catch(onError);
    // Redis that is away is told by the clock.
    journals.write().catch(() => undefined);
  }, WATCH_EVERY_MS);
  emit({ event: "worker.ready" });

  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    emit({ event: "worker.draining" });
    clearInterval(watching);
    await Promise.all([...runners.map((runner) => runner.stop()), left.stop(DRAIN_MS)]);
    await within(
      CLOSE_MS,
      journals.write().catch(() => undefined),
    );
    await close();
    emit({ event: "worker.stopped" });
  };
  return {
    readiness: () => {
      if (stopped !== null) return { ready: false, reasons: ["it is stopping"] };
      const refused = writes.complaint(SILENT_TOO_LONG_MS + WATCH_EVERY_MS);
      const reasons = [
        ...(refused === null ? [] : [refused]),
        ...runners.flatMap((runner) => runner.complaints()),
      ];
      return { ready: reasons.length === 0, reasons: [...reasons, ...left.remarks] };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** @throws ConfigError where this Redis cannot say what its replicas have */
async function refuseWithoutWait(redis: ScriptedRedis, config: Config): Promise<void> {
  const replicas = replicasOf(redis, config);
  const [account] = Object.keys(config.accounts);
  if (replicas === null || account === undefined) return;
  const refusal = await replicas.refusal("replica", account).finally(() => replicas.close());
  if (refusal !== null) throw new ConfigError(`redis.waitReplicas: ${refusal}`);
}

interface AccountRunner {
  complaints(): string[];
  stop(): Promise<void>;
}

/** A worker that can take no more lets others know at most this often. */
const CALL_FOR_HELP_EVERY_MS = 1_000;

interface Connections {
  readonly redis: ScriptedRedis;
  readonly queueRedis: ScriptedRedis;
  readonly redisClock: RedisClock;
}

/** One account at work. */
function runAccount(
  { context, listeners, store, wakeup, close }: WiredAccount,
  { redis, queueRedis, redisClock }: Connections,
  options: DeliveryWorkerOptions,
): AccountRunner {
  const { emit } = options;
  const { name, limits } = context.account;
  const { prefix } = options.config.redis;
  const leaving = new AbortController();
  const aborting = new AbortController();
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  let calledForHelpAt = Number.NEGATIVE_INFINITY;

  const sends = new SendLoop<Sending>({
    concurrency: limits.concurrency,
    look: async (most) => lookOf(await leaseSendRound(most, context), context),
    work: (sending) => ({
      done: sendLeased(sending, context, { leaving: leaving.signal, signal: aborting.signal }),
      bar: () => {
        // Given up, or somebody else's by now: the slot does not wait for what this call comes to.
        sending.hold?.release();
        return sending.guard.bar();
      },
    }),
    handBack: (sending) => handBackLeased(sending, context),
    renew: async (items) => {
      const lost = await store.renewSends(
        items.map(({ found }) => heldOf(found)),
        SEND_TIMES.leaseMs,
      );
      return items.filter(({ found }) => lost.has(found.id));
    },
    onLate: () => redisClock.recalibrate(),
    onMore: () => {
      if (performance.now() - calledForHelpAt < CALL_FOR_HELP_EVERY_MS) return;
      calledForHelpAt = performance.now();
      wakeup.ring().catch(onError);
    },
    onRoom: (hasRoom) => waking.room(hasRoom),
    onError,
    patienceMs: SEND_TIMES.patienceMs,
    renewEveryMs: SEND_TIMES.renewEveryMs,
    giveUpAfterMs: SEND_TIMES.departWithinMs + SEND_TIMES.answerMs + SEND_TIMES.settleWithinMs,
  });
  const waking = new WakeWorker({
    connection: queueRedis,
    prefix,
    account: name,
    onWake: () => sends.nudge(),
    onError,
  });
  const clock = new LeaseClock({
    lease: () => leaseRound(context),
    isEmpty: ({ checks }) => checks.length === 0,
    run: (lease) => runRound(lease, context, { signal: aborting.signal }),
    release: ({ checks, hold }) => {
      hold?.release();
      return store.releaseChecks(checks);
    },
    onError,
    gatherMs: gatherMs(context.policy),
    mostRoundsAtOnce: ROUNDS_A_CHANNEL * Math.max(1, context.channels.length),
  });
  const retentionEveryMs = options.retentionEveryMs ?? RETENTION_EVERY_MS;
  const retentionTurn = new Turn(redis, { prefix, what: turnOfRetention(name), name: randomUUID() });
  const trims = new TrimStore(redis, { prefix, account: name });
  const forgetting = new Retention({
    everyMs: retentionEveryMs,
    isOurs: () => retentionTurn.take(retentionEveryMs * INTERVALS_A_TURN).catch(isEverybodysWhenFull),
    trim: (status) => trimEnded(status, trims, context),
    purge: (status, most) => {
      const { retentionMs, referenceRetentionMs } = context.policy;
      return store.purge(status, { retentionMs, referenceRetentionMs, most });
    },
    onError,
  });
  listeners.nudge = (delayMs) => clock.nudge(delayMs);
  listeners.nudgeSends = (delayMs) => sends.nudge(delayMs);
  clock.start();
  sends.start();
  forgetting.start();

  return {
    complaints: () => {
      const silentForMs = Math.max(clock.silentForMs, sends.silentForMs);
      if (silentForMs <= SILENT_TOO_LONG_MS) return [];
      return [`${name}: no answer from Redis for ${Math.round(silentForMs / 1000)} s`];
    },
    stop: async () => {
      leaving.abort();
      await Promise.all([
        waking.stop(DRAIN_MS),
        clock.stop(DRAIN_MS),
        sends.stop(DRAIN_MS),
        forgetting.stop(DRAIN_MS),
      ]);
      await within(CLOSE_MS, retentionTurn.release());
      aborting.abort();
      await within(CLOSE_MS, close());
    },
  };
}

/** A Redis that is full cannot write down whose turn it is, and what is forgotten is what makes room. */
function isEverybodysWhenFull(error: unknown): boolean {
  if (isRedisFull(error)) return true;
  throw error;
}

/** What a round of sends is to the loop. */
function lookOf(round: SendRound, context: WiredAccount["context"]): Look<Sending> {
  const { now, nextDueAt, more, isLate } = round;
  const found = round.sends.filter((send) => send.kind !== "go");
  const items = round.sends.flatMap((send): Sending[] =>
    send.kind === "go" ? [{ found: send, round, guard: round.guard(), hold: round.holdFor(send) }] : [],
  );
  const settle = async (): Promise<void> => {
    await Promise.all(found.map((send) => settleFound(send, now, context)));
  };
  return { now, nextDueAt, more, isLate, items, settle };
}
