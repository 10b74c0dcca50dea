/**
 * The relay of the outboxes, plugged together: rows become deliveries as a producer would enqueue them, and
 * how each ended is read from the deliveries' records.
 */
import { readFileSync } from "node:fs";
import { messageOf } from "../delivery/error-words.ts";
import type { OutboxConfig } from "../config/config.ts";
import { parseDatabaseUrl, type TableSettings } from "../outbox/address.ts";
import { endingsOf } from "../outbox/endings.ts";
import { openTable } from "../outbox/open-table.ts";
import { OutboxRelay } from "../outbox/outbox-relay.ts";
import type { OutboxPorts } from "../outbox/ports.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { DeliveryListStore } from "../storage/delivery-lists.ts";
import { probeWrites, WriteProbe } from "../storage/write-probe.ts";
import { createProducer } from "./producer.ts";
import { trustRedis } from "./redis-safety.ts";
import type { RunningWorker, WorkerOptions } from "./worker-process.ts";

const SILENT_TOO_LONG_MS = 5_000;
const WATCH_EVERY_MS = 2_000;

interface OutboxesOptions extends WorkerOptions {
  /** How often an idle relay looks. Default 1 s. */
  readonly everyMs?: number;
}

/** A database that is away is waited for, and told by the readiness. */
export async function startOutboxes(options: OutboxesOptions): Promise<RunningWorker> {
  const { config, emit, everyMs, tuning = {} } = options;
  const onError = (error: unknown): void => emit({ event: "redis.failed", detail: messageOf(error) });
  const redis = connect(config.redis, "worker", onError);
  // What is read fails when Redis is away: the next round reads it again.
  const reading = connect(config.redis, "producer", onError);
  const producer = createProducer({ config, onError, tuning });
  const closeAll = async (): Promise<void> => {
    await Promise.all([producer.close(), hangUp(redis), hangUp(reading)]);
  };
  try {
    await trustRedis(redis, options);
  } catch (error) {
    await closeAll();
    throw error;
  }
  const writes = new WriteProbe(() => probeWrites(redis, config.redis.prefix, Object.keys(config.accounts)));
  const watching = setInterval(() => void writes.look(), WATCH_EVERY_MS);
  const ports: OutboxPorts = {
    enqueue: (orders) => producer.enqueueBatch(orders as never),
    endings: (account, ids) =>
      endingsOf(ids, new DeliveryListStore(reading, { prefix: config.redis.prefix, account })),
    emit,
  };
  const relays = Object.entries(config.outboxes).map(([name, { keep, accounts, ...settings }]) => {
    const relay = new OutboxRelay({
      outbox: { name, accounts, keepMs: keep },
      open: () => openTable(tableSettings(settings)),
      ports,
      random: Math.random,
      ...(everyMs === undefined ? {} : { everyMs }),
    });
    relay.start();
    return { name, relay };
  });
  emit({ event: "worker.ready" });
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    emit({ event: "worker.draining" });
    clearInterval(watching);
    await Promise.all(relays.map(({ relay }) => relay.stop()));
    await closeAll();
    emit({ event: "worker.stopped" });
  };
  return {
    readiness: () => {
      if (stopped !== null) return { ready: false, reasons: ["it is stopping"] };
      const refused = writes.complaint(SILENT_TOO_LONG_MS + WATCH_EVERY_MS);
      const waiting = relays.flatMap(({ name, relay: { complaint } }) =>
        complaint === null ? [] : [`outbox ${name}: ${complaint}`],
      );
      const reasons = [...(refused === null ? [] : [refused]), ...waiting];
      return { ready: reasons.length === 0, reasons };
    },
    stop: async () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

export function tableSettings({
  url,
  table,
  tls,
  caFile,
}: Pick<OutboxConfig, "url" | "table" | "tls" | "caFile">): TableSettings {
  const ca = caFile === undefined ? null : readFileSync(caFile, "utf8");
  return { address: parseDatabaseUrl(url), table, tls, ca };
}
