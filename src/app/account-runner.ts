/**
 * Runs one account in a delivery worker: the loop that sends, the worker of wake-ups, the clock of
 * confirmations, and the retention.
 */
import { randomUUID } from "node:crypto";
import type { Policy } from "../delivery/policy.ts";
import type { AccountLook } from "../operations/workers.ts";
import type { AccountContext } from "../pipeline/account-context.ts";
import { leaseCheckRound, runCheckRound, type CheckRound } from "../pipeline/confirm-round.ts";
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
import { LateSends } from "./late-sends.ts";
import type { RedisClock } from "../storage/redis-clock.ts";
import { TrimStore } from "../storage/trim-store.ts";
import { Turn, turnOfRetention } from "../storage/turn.ts";
import { within } from "../waiting/waiting.ts";
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
  /** Shared by the accounts of a process; absent for a single account. */
  readonly turns?: LookTurns;
}

/** Calls in flight take at most 13 s. 20 s leaves time to save, and to close within the 25 s. */
export const DRAIN_MS = SEND_TIMES.drainMs;
export const CLOSE_MS = 2_000;
const SILENT_TOO_LONG_MS = 5_000;
/** A worker that has more due than it can take wakes others at most this often. */
const CALL_FOR_HELP_EVERY_MS = 1_000;
/** If the process that has the turn dies, another one takes it after this many intervals. */
const INTERVALS_A_TURN = 3;

/** Starts all loops of an account. */
export function runAccount(
  account: WiredAccount,
  { connections, options }: { readonly connections: RunnerConnections; readonly options: RunnerOptions },
): AccountRunner {
  const stopping: Stopping = { leaving: new AbortController(), aborting: new AbortController() };
  const onError = emitRedisFailed(options.emit);
  const basis = { account, connections, options, stopping, onError };

  const lateSends = new LateSends();
  const sends = sendLoopOf(basis, { lateSends, onRoom: (hasRoom) => waking.room(hasRoom) });
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
      const { name } = account.context.account;
      if (silentForMs > SILENT_TOO_LONG_MS)
        return [`${name}: no answer from Redis for ${Math.round(silentForMs / 1000)} s`];
      return lateSends.complaint === null ? [] : [`${name}: ${lateSends.complaint}`];
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
  /** Aborts when the worker drains: sends that have not left are handed back. */
  readonly leaving: AbortController;
  /** Aborts calls that are still in flight at the end. */
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
  { lateSends, onRoom }: { readonly lateSends: LateSends; readonly onRoom: (hasRoom: boolean) => void },
): SendLoop<Sending> {
  const { context, store, wakeup } = account;
  const signals = { leaving: stopping.leaving.signal, signal: stopping.aborting.signal };
  return new SendLoop<Sending>({
    concurrency: context.account.limits.concurrency,
    ...(options.turns === undefined ? {} : { turns: options.turns }),
    look: async (asked) => {
      const calledAt = context.runtime.now();
      const round = await leaseSendRound(asked, context);
      // Redis' clock was set back: until it is read again, what this process plans falls due too late.
      if (calledAt - round.now > SEND_TIMES.patienceMs) connections.redisClock.recalibrate().catch(onError);
      return lookOf(round, context);
    },
    work: (sending) => ({
      done: sendLeased(sending, { context, signals }).finally(() => lateSends.note(sending.guard)),
      bar: () => {
        // The send was given up, or its lease is lost: the slot for suspects is not held for it any longer.
        sending.quarantine?.release();
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

/** A round of sends in the form that the send loop takes. */
function lookOf(round: SendRound, context: AccountContext): Look<Sending> {
  const { now, nextDueAt, more, isLate } = round;
  const found = round.sends.filter((send) => send.kind !== "go");
  const items = round.sends.flatMap((send): Sending[] =>
    send.kind === "go"
      ? [{ found: send, round, guard: round.guard(), quarantine: round.quarantineFor(send) }]
      : [],
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
): LeaseClock<CheckRound> {
  const { context, store } = account;
  return new LeaseClock({
    lease: () => leaseCheckRound(context),
    isEmpty: ({ checks }) => checks.length === 0,
    run: (round) => runCheckRound(round, { context, signal: stopping.aborting.signal }),
    release: ({ checks, quarantine }) => {
      quarantine?.release();
      return store.releaseChecks(checks);
    },
    onError,
    gatherMs: gatherMs(context.policy),
    mostRoundsAtOnce: ROUNDS_A_CHANNEL * Math.max(1, context.channels.length),
    givesWay,
  });
}

/**
 * Checks that fall due within an eighth of the first pause make one round, so that lists are read once for all
 * of them.
 */
function gatherMs({ checkScheduleMs: [first = 0] }: Policy): number {
  return Math.max(20, Math.round(first / 8));
}

/**
 * How long due sends may delay checks: 3 s, while the last check comes two minutes before the deadline. It is
 * derived from that time, so that no last check is missed where times are scaled.
 */
function checksGiveWayMs({ lastCheckLeadMs }: Policy): number {
  return lastCheckLeadMs / 40;
}

/** Trims and deletes ended deliveries, in one process of the fleet at a time. */
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

/** A full Redis cannot record whose turn it is. Then every process may delete, because that makes room. */
function isEverybodysWhenFull(error: unknown): boolean {
  if (isRedisFull(error)) return true;
  throw error;
}
