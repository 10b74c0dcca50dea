/**
 * One account at work in a delivery worker: a loop that sends, a wake-up that hurries it, a clock that confirms, and
 * retention.
 */
import { randomUUID } from "node:crypto";
import type { Policy } from "../delivery/policy.ts";
import type { AccountLook } from "../operations/workers.ts";
import type { AccountContext } from "../pipeline/account-context.ts";
import { leaseRound, runRound, type Round } from "../pipeline/confirm-round.ts";
import { ROUNDS_A_CHANNEL } from "../pipeline/rooms-for-checks.ts";
import {
  handBackLeased,
  heldOf,
  leaseSendRound,
  sendLeased,
  settleFound,
  type Sending,
  type SendRound,
} from "../pipeline/send-round.ts";
import { SEND_TIMES } from "../pipeline/send-times.ts";
import { trimEnded } from "../pipeline/trim-ended.ts";
import { LeaseClock } from "../queue/lease-clock.ts";
import type { LookTurns } from "../queue/look-turns.ts";
import { Retention, RETENTION_EVERY_MS } from "../queue/retention.ts";
import { SendLoop, type Look } from "../queue/send-loop.ts";
import { SendsFirst } from "../queue/sends-first.ts";
import { WakeWorker } from "../queue/wake-up.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { isRedisFull } from "../storage/redis-away.ts";
import type { RedisClock } from "../storage/redis-clock.ts";
import { TrimStore } from "../storage/trim-store.ts";
import { Turn, turnOfRetention } from "../storage/turn.ts";
import { within } from "../waiting/in-time.ts";
import type { WiredAccount } from "./compose.ts";
import { emitRedisFailed, type WorkerOptions } from "./running-worker.ts";

export interface AccountRunner {
  /** Why it makes no progress; empty while it does. */
  complaints(): readonly string[];
  look(): AccountLook;
  stop(): Promise<void>;
}

export interface RunnerTimes {
  readonly retentionEveryMs?: number;
}

interface RunnerConnections {
  readonly redis: ScriptedRedis;
  readonly queueRedis: ScriptedRedis;
  readonly redisClock: Pick<RedisClock, "recalibrate">;
}

interface RunnerOptions extends Pick<WorkerOptions, "config" | "emit">, RunnerTimes {
  /** The process' own, where it runs several accounts. */
  readonly turns?: LookTurns;
}

/** Calls in flight have 13 s at the most; 20 s leaves time to save and close within the 25 s. */
export const DRAIN_MS = SEND_TIMES.drainMs;
export const CLOSE_MS = 2_000;
const SILENT_TOO_LONG_MS = 5_000;
/** A worker that can take no more wakes others at most this often. */
const CALL_FOR_HELP_EVERY_MS = 1_000;
/** When the process whose turn it is dies, another one takes over after so many intervals. */
const INTERVALS_A_TURN = 3;

/** Starts all of it. */
export function runAccount(
  account: WiredAccount,
  { connections, options }: { readonly connections: RunnerConnections; readonly options: RunnerOptions },
): AccountRunner {
  const stopping: Stopping = { leaving: new AbortController(), aborting: new AbortController() };
  const onError = emitRedisFailed(options.emit);
  const basis = { account, connections, options, stopping, onError };

  const sends = sendLoopOf(basis, { onRoom: (hasRoom) => waking.room(hasRoom) });
  let wokenAt: number | null = null;
  const waking = wakeWorkerOf(basis, () => {
    wokenAt = performance.now();
    sends.nudge();
  });
  const sendsFirst = new SendsFirst(checksGiveWayMs(account.context.policy));
  const checks = checkClockOf(basis, {
    givesWay: () => sendsFirst.holdChecks(sends.isCrowded, performance.now()),
  });
  const retention = retentionOf(basis);
  account.listeners.nudge = (delayMs) => checks.nudge(delayMs);
  account.listeners.nudgeSends = (delayMs) => sends.nudge(delayMs);
  checks.start();
  sends.start();
  retention.start();

  return {
    complaints: () => {
      const silentForMs = Math.max(checks.silentForMs, sends.silentForMs);
      if (silentForMs <= SILENT_TOO_LONG_MS) return [];
      const { name } = account.context.account;
      return [`${name}: no answer from Redis for ${Math.round(silentForMs / 1000)} s`];
    },
    look: () => ({
      account: account.context.account.name,
      lookedMs: Math.round(sends.silentForMs),
      wokenMs: wokenAt === null ? null : Math.round(performance.now() - wokenAt),
    }),
    stop: async () => {
      stopping.leaving.abort();
      await Promise.all([
        waking.stop(DRAIN_MS),
        checks.stop(DRAIN_MS),
        sends.stop(DRAIN_MS),
        retention.stop(),
      ]);
      stopping.aborting.abort();
      await within(CLOSE_MS, account.close());
    },
  };
}

interface Stopping {
  /** Aborts when the worker drains: what has not left yet is handed back. */
  readonly leaving: AbortController;
  /** Aborts what is still in flight at the end. */
  readonly aborting: AbortController;
}

interface RunnerBasis {
  readonly account: WiredAccount;
  readonly connections: RunnerConnections;
  readonly options: RunnerOptions;
  readonly stopping: Stopping;
  readonly onError: (error: unknown) => void;
}

function sendLoopOf(
  { account, connections, options, stopping, onError }: RunnerBasis,
  { onRoom }: { readonly onRoom: (hasRoom: boolean) => void },
): SendLoop<Sending> {
  const { context, store, wakeup } = account;
  const signals = { leaving: stopping.leaving.signal, signal: stopping.aborting.signal };
  return new SendLoop<Sending>({
    concurrency: context.account.limits.concurrency,
    ...(options.turns === undefined ? {} : { turns: options.turns }),
    look: async (asked) => lookOf(await leaseSendRound(asked, context), context),
    work: (sending) => ({
      done: sendLeased(sending, { context, signals }),
      bar: () => {
        // It was given up, or its lease is lost: the slot for suspects does not wait for this call.
        sending.hold?.release();
        return sending.guard.bar();
      },
    }),
    handBack: (sending) => handBackLeased(sending, context),
    renew: async (items) => {
      const held = items.map(({ found }) => heldOf(found));
      const lost = await store.renewSends(held, SEND_TIMES.leaseMs);
      return items.filter(({ found }) => lost.has(found.id));
    },
    onLate: () => connections.redisClock.recalibrate(),
    onMore: atMostEvery(CALL_FOR_HELP_EVERY_MS, () => void wakeup.ring().catch(onError)),
    onRoom,
    onError,
    patienceMs: SEND_TIMES.patienceMs,
    renewEveryMs: SEND_TIMES.renewEveryMs,
    giveUpAfterMs: SEND_TIMES.departWithinMs + SEND_TIMES.answerMs + SEND_TIMES.settleWithinMs,
  });
}

/** A round of sends, as the loop takes it. */
function lookOf(round: SendRound, context: AccountContext): Look<Sending> {
  const { now, nextDueAt, more, isLate } = round;
  const found = round.sends.filter((send) => send.kind !== "go");
  const items = round.sends.flatMap((send): Sending[] =>
    send.kind === "go" ? [{ found: send, round, guard: round.guard(), hold: round.holdFor(send) }] : [],
  );
  const settle = async (): Promise<void> => {
    await Promise.all(found.map((send) => settleFound(send, { now, context })));
  };
  return { now, nextDueAt, more, isLate, items, settle };
}

function atMostEvery(everyMs: number, act: () => void): () => void {
  let actedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - actedAt < everyMs) return;
    actedAt = performance.now();
    act();
  };
}

function wakeWorkerOf(
  { account, connections, options, onError }: RunnerBasis,
  onWake: () => void,
): WakeWorker {
  return new WakeWorker({
    connection: connections.queueRedis,
    prefix: options.config.redis.prefix,
    account: account.context.account.name,
    onWake,
    onError,
  });
}

function checkClockOf(
  { account, stopping, onError }: RunnerBasis,
  { givesWay }: { readonly givesWay: () => boolean },
): LeaseClock<Round> {
  const { context, store } = account;
  return new LeaseClock({
    lease: () => leaseRound(context),
    isEmpty: ({ checks }) => checks.length === 0,
    run: (round) => runRound(round, { context, signal: stopping.aborting.signal }),
    release: ({ checks, hold }) => {
      hold?.release();
      return store.releaseChecks(checks);
    },
    onError,
    gatherMs: gatherMs(context.policy),
    mostRoundsAtOnce: ROUNDS_A_CHANNEL * Math.max(1, context.channels.length),
    givesWay,
  });
}

/** What falls due within an eighth of the first pause is asked in one round: lists are read once for all of it. */
function gatherMs({ checkScheduleMs: [first = 0] }: Policy): number {
  return Math.max(20, Math.round(first / 8));
}

/**
 * How long a crowd of sends may hold checks up: 3 s of the two minutes by which a last check comes before its
 * deadline. So none is missed, also where all times are scaled.
 */
function checksGiveWayMs({ lastCheckLeadMs }: Policy): number {
  return lastCheckLeadMs / 40;
}

/** Trims and forgets what ended long ago, in one process of the fleet at a time. */
function retentionOf({ account, connections: { redis }, options, onError }: RunnerBasis): {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
} {
  const { context, store } = account;
  const { name } = context.account;
  const { prefix } = options.config.redis;
  const { retentionMs, referenceRetentionMs } = context.policy;
  const everyMs = options.retentionEveryMs ?? RETENTION_EVERY_MS;
  const turn = new Turn(redis, { prefix, what: turnOfRetention(name), name: randomUUID() });
  const trims = new TrimStore(redis, { prefix, account: name });
  const retention = new Retention({
    everyMs,
    isOurs: () => turn.take(everyMs * INTERVALS_A_TURN).catch(isEverybodysWhenFull),
    trim: (status) => trimEnded(status, { trims, context }),
    purge: (status, most) => store.purge(status, { retentionMs, referenceRetentionMs, most }),
    onError,
  });
  return {
    start: () => retention.start(),
    stop: async () => {
      await retention.stop(DRAIN_MS);
      await within(CLOSE_MS, turn.release());
    },
  };
}

/** A Redis that is full cannot record whose turn it is; purging is what makes room. */
function isEverybodysWhenFull(error: unknown): boolean {
  if (isRedisFull(error)) return true;
  throw error;
}
