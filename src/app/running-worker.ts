/**
 * What all workers of a process have in common: how ready one is, and that it stops once, however often it is asked to.
 */
import { messageOf } from "../delivery/error-words.ts";
import type { Config } from "../config/config.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import type { AccountLook } from "../operations/workers.ts";
import { refuseEviction } from "../storage/eviction.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import type { Emit } from "../telemetry/events.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface RunningWorker {
  /** Whether it makes progress, and what keeps it from that. */
  readiness(): Readiness;
  /** Of a delivery worker: each account's latest look and wake-up. */
  looks?(): readonly AccountLook[];
  /** Drains and closes; resolves when nothing that it began is still running. */
  stop(): Promise<void>;
}

/** What every worker is started with. */
export interface WorkerOptions {
  readonly config: Config;
  readonly emit: Emit;
  readonly warn: (warning: string) => void;
  readonly tuning?: Tuning;
  /** Aborted when the process is to leave before the worker has started. */
  readonly leaving?: AbortSignal | undefined;
}

interface WorkerParts {
  /** Why it makes no progress; empty while it does. */
  readonly complaints: () => readonly string[];
  /** What an operator should know, although the worker makes progress. */
  readonly remarks?: () => readonly string[];
  readonly looks?: () => readonly AccountLook[];
  /** Called once. */
  readonly stop: () => Promise<void>;
}

/** A worker that has started. */
export function runningWorker({
  complaints,
  remarks = () => [],
  looks = () => [],
  stop,
}: WorkerParts): RunningWorker {
  let stopped: Promise<void> | null = null;
  return {
    readiness: () => {
      if (stopped !== null) return STOPPING;
      const reasons = complaints();
      return { ready: reasons.length === 0, reasons: [...reasons, ...remarks()] };
    },
    looks,
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

const STOPPING: Readiness = { ready: false, reasons: ["it is stopping"] };

/** Several workers of one process: ready when all are, stopped when all are. */
export function together(workers: readonly RunningWorker[]): RunningWorker {
  return {
    readiness: () => {
      const each = workers.map((worker) => worker.readiness());
      // What is only a remark of one of them is among the reasons too.
      return { ready: each.every(({ ready }) => ready), reasons: each.flatMap(({ reasons }) => reasons) };
    },
    looks: () => workers.flatMap((worker) => worker.looks?.() ?? []),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** For errors of Redis that need no answer but an event: whatever failed is done again. */
export function emitRedisFailed(emit: Emit): (error: unknown) => void {
  return (error) => emit({ event: "redis.failed", detail: messageOf(error) });
}

const WATCH_EVERY_MS = 2_000;
const SILENT_TOO_LONG_MS = 5_000;

interface WriteWatch {
  /** Why Redis takes no writes; empty while it does. */
  readonly complaints: () => readonly string[];
  readonly stop: () => void;
}

/** Writes to Redis every two seconds, so that a Redis that refuses writes is noticed while nothing is due. */
export function watchWrites(redis: ScriptedRedis, config: Config): WriteWatch {
  const writes = writeProbe(redis, config);
  const timer = setInterval(() => void writes.look(), WATCH_EVERY_MS);
  return {
    complaints: () => {
      const complaint = writes.complaint(SILENT_TOO_LONG_MS + WATCH_EVERY_MS);
      return complaint === null ? [] : [complaint];
    },
    stop: () => clearInterval(timer),
  };
}

export function writeProbe(redis: ScriptedRedis, config: Config): WriteProbe {
  return new WriteProbe(async () => {
    await probeWrites(redis, { prefix: config.redis.prefix, accounts: Object.keys(config.accounts) });
    // Somebody may change its policy while we run.
    await refuseEviction(redis);
  });
}
