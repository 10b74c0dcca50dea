/**
 * What all workers of a process have in common: readiness, and a `stop` that may be called more than once.
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
  /** Whether it makes progress, and what prevents it. */
  readiness(): Readiness;
  /** For a delivery worker: each account's latest look and wake-up. */
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
  /** Aborts when the process is to stop before the worker has started. */
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
      // Remarks of a ready worker are among the reasons too.
      return { ready: each.every(({ ready }) => ready), reasons: each.flatMap(({ reasons }) => reasons) };
    },
    looks: () => workers.flatMap((worker) => worker.looks?.() ?? []),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** A handler for errors of Redis that only emits an event: the work that failed is repeated. */
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
  void writes.look();
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
    // The eviction policy may be changed while the process runs.
    await refuseEviction(redis);
  });
}
