/**
 * The delivery worker: sends and confirms the deliveries of each account, and ends those of accounts that have
 * left the configuration.
 *
 * `stop()` drains: nothing new is leased, calls in flight are finished, other leases are handed back. Ready
 * means progress: Redis answers the looks of each account, and takes writes.
 */
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import { policyOf } from "../config/policy-and-limits.ts";
import { QuarantineSlot } from "../pipeline/quarantine-slot.ts";
import { brokenInequalities, SEND_TIMES } from "../pipeline/send-times.ts";
import { LookTurns } from "../queue/look-turns.ts";
import { connect, hangUp, type ScriptedRedis } from "../storage/connection.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { unlessAborted, within } from "../waiting/waiting.ts";
import { AccountJournals } from "./account-journals.ts";
import { CLOSE_MS, DRAIN_MS, runAccount, type AccountRunner, type RunnerTimes } from "./account-runner.ts";
import { replicasOf, wireAccount } from "./compose.ts";
import { SERVED_WITHIN_MS } from "./left-account.ts";
import { ANNOUNCE_EVERY_MS, RepeatedWork } from "./repeated-work.ts";
import { announceAccounts, trustPatiently } from "./redis-safety.ts";
import {
  emitRedisFailed,
  runningWorker,
  watchWrites,
  type RunningWorker,
  type WorkerOptions,
} from "./running-worker.ts";
import { UnconfiguredAccounts } from "./unconfigured-accounts.ts";

export interface DeliveryWorkerOptions extends WorkerOptions, RunnerTimes {
  /** How often it records which accounts it serves, and looks after those that nobody serves. */
  readonly registryEveryMs?: number;
  /** An account that no worker has named for this long counts as not served. */
  readonly servedWithinMs?: number;
}

/** Its `stop()` takes at most 25 s. */
export type DeliveryWorker = RunningWorker;

const WATCH_EVERY_MS = 2_000;

export async function startDeliveryWorker(options: DeliveryWorkerOptions): Promise<DeliveryWorker> {
  const { config, emit } = options;
  const [broken] = brokenInequalities(SEND_TIMES, policyOf(config).visibilityLagMs);
  if (broken !== undefined) throw new ConfigError(broken);

  const connections = await openConnections(options);
  const { redis, redisClock } = connections;
  const writes = watchWrites(redis, config);
  const journals = new AccountJournals(redis, {
    prefix: config.redis.prefix,
    now: () => redisClock.now(),
  });
  const runners = runAccounts({ ...options, emit: journals.hearing(emit) }, connections);
  const left = lookAfterUnconfigured(options, connections);
  const watching = keepUp(options, { connections, journals });
  emit({ event: "worker.ready" });

  return runningWorker({
    complaints: () => [...writes.complaints(), ...runners.flatMap((runner) => runner.complaints())],
    remarks: () => left.remarks,
    looks: () => runners.map((runner) => runner.look()),
    stop: async () => {
      emit({ event: "worker.draining" });
      clearInterval(watching);
      writes.stop();
      await Promise.all([...runners.map((runner) => runner.stop()), left.stop(DRAIN_MS)]);
      await within(
        CLOSE_MS,
        journals.write().catch(() => undefined),
      );
      await closeConnections(connections);
      emit({ event: "worker.stopped" });
    },
  });
}

interface Connections {
  readonly redis: ScriptedRedis;
  /** The connection on which BullMQ waits. */
  readonly queueRedis: ScriptedRedis;
  readonly redisClock: RedisClock;
}

/** @throws ConfigError when Bida must not run on this Redis */
async function openConnections(options: DeliveryWorkerOptions): Promise<Connections> {
  const { config, emit, leaving } = options;
  const onError = emitRedisFailed(emit);
  const redis = connect(config.redis, { role: "worker", onError });
  const queueRedis = connect(config.redis, { role: "waiting", onError });
  const redisClock = new RedisClock(redis, config.redis);
  const connections = { redis, queueRedis, redisClock };
  try {
    await trustPatiently(redis, { trust: options, onError });
    await unlessAborted(redisClock.calibrate(), leaving);
    await refuseWithoutWait(redis, config);
  } catch (error) {
    await closeConnections(connections);
    throw error;
  }
  return connections;
}

async function closeConnections({ redis, queueRedis }: Connections): Promise<void> {
  await Promise.all([hangUp(redis), hangUp(queueRedis)]);
}

/** @throws ConfigError if leases are to wait for replicas and this Redis does not support WAIT */
async function refuseWithoutWait(redis: ScriptedRedis, config: Config): Promise<void> {
  const replicas = replicasOf(redis, config);
  const [account] = Object.keys(config.accounts);
  if (replicas === null || account === undefined) return;
  const refusal = await replicas.refusal("replica", account).finally(() => replicas.close());
  if (refusal !== null) throw new ConfigError(`redis.waitReplicas: ${refusal}`);
}

/** Runs every account of the configuration. They share one slot for suspects, and take turns to look. */
function runAccounts(
  options: DeliveryWorkerOptions,
  { redis, queueRedis, redisClock: clock }: Connections,
): AccountRunner[] {
  const { config, emit, tuning = {} } = options;
  const suspects = new QuarantineSlot();
  const turns = new LookTurns();
  return Object.entries(config.accounts).map(([name, settings]) => {
    const basis = { name, settings, config, redis, queueRedis, clock };
    const account = wireAccount({ ...basis, emit, tuning, suspects });
    const connections = { redis, queueRedis, redisClock: clock };
    return runAccount(account, { connections, options: { ...options, turns } });
  });
}

function lookAfterUnconfigured(
  { config, emit, tuning = {}, registryEveryMs, servedWithinMs }: DeliveryWorkerOptions,
  { redis, redisClock }: Connections,
): UnconfiguredAccounts {
  const left = new UnconfiguredAccounts({
    config,
    redis,
    now: () => redisClock.now(),
    emit,
    onError: emitRedisFailed(emit),
    tuning,
    everyMs: registryEveryMs ?? ANNOUNCE_EVERY_MS,
    servedWithinMs: servedWithinMs ?? SERVED_WITHIN_MS,
  });
  left.start();
  return left;
}

/** Every two seconds: reads Redis' clock, and writes the journals. Once a minute: registers the accounts. */
function keepUp(
  { config, emit }: DeliveryWorkerOptions,
  {
    connections: { redis, redisClock },
    journals,
  }: { readonly connections: Connections; readonly journals: AccountJournals },
): NodeJS.Timeout {
  const onError = emitRedisFailed(emit);
  const announced = new RepeatedWork(ANNOUNCE_EVERY_MS, () => announceAccounts(redis, config));
  return setInterval(() => {
    redisClock.calibrate().catch(onError);
    announced.done().catch(onError);
    // Ignored: reading the clock reports that Redis is away.
    journals.write().catch(() => undefined);
  }, WATCH_EVERY_MS);
}
