/**
 * Records every few seconds that this process runs, for the list of workers, and notices that Redis has lost
 * writes. Nothing depends on it: while Redis is away nothing is recorded, and the worker goes on.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { WorkerRole } from "../operations/workers.ts";
import { within } from "../waiting/waiting.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { HEARTBEAT_MS, WorkerStore } from "../storage/worker-store.ts";
import { memoryTaken } from "../telemetry/memory.ts";
import type { Emit } from "../telemetry/events.ts";
import { configDigest } from "../config/tools/digest.ts";
import type { Config } from "../config/config.ts";
import { VERSION } from "./version.ts";
import type { RunningWorker } from "./running-worker.ts";

interface HeartbeatOptions {
  readonly config: Config;
  readonly role: WorkerRole;
  readonly emit: Emit;
  readonly everyMs?: number;
}

const FORGET_WITHIN_MS = 1_000;

/** Returns the worker; it is on the list of workers until it has stopped. */
export function announced<Worker extends RunningWorker>(
  worker: Worker,
  { config, role, emit, everyMs = HEARTBEAT_MS }: HeartbeatOptions,
): Worker {
  // A producer's connection fails within two seconds, so that stopping does not wait for a Redis that is away.
  const redis = connect(config.redis, { role: "producer", onError: () => undefined });
  const registry = new WorkerStore(redis, config.redis.prefix);
  const identity = {
    id: `${role}-${randomUUID()}`,
    role,
    host: hostname(),
    pid: process.pid,
    version: VERSION,
    startedAt: Date.now(),
    accounts: Object.keys(config.accounts),
    configDigest: configDigest(config),
  };
  let last: Promise<void> = Promise.resolve();
  const say = (): void => {
    const { reasons } = worker.readiness();
    const looks = worker.looks?.() ?? [];
    const entry = { ...identity, reasons, memoryBytes: memoryTaken().rss, looks };
    last = registry
      .announce(entry)
      .then(async () => registry.beat(identity.id))
      .then((lost) => {
        if (lost !== null) emit({ event: "redis.lost", ...lost });
        return undefined;
      })
      .catch(() => undefined);
  };
  say();
  const saying = setInterval(say, everyMs);
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(saying);
    await worker.stop();
    // Does not wait for a Redis that is away, because the entry expires anyway.
    const forgetting = last.then(() => registry.forget(identity.id)).catch(() => undefined);
    await within(FORGET_WITHIN_MS, forgetting);
    await hangUp(redis);
  };
  return {
    ...worker,
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
