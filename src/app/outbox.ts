/**
 * Starts the relays of the outboxes: rows are enqueued as a producer would enqueue them, and how each delivery ended
 * is read from its record.
 */
import { readFileSync } from "node:fs";
import type { OutboxConfig } from "../config/config.ts";
import { parseDatabaseUrl, type TableSettings } from "../outbox/address.ts";
import { endingsOf } from "../outbox/endings.ts";
import { openTable } from "../outbox/open-table.ts";
import { OutboxRelay } from "../outbox/outbox-relay.ts";
import type { OutboxPorts } from "../outbox/ports.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { DeliveryListStore } from "../storage/delivery-lists.ts";
import { createProducer } from "./producer.ts";
import { connectTrusted } from "./redis-safety.ts";
import {
  emitRedisFailed,
  runningWorker,
  watchWrites,
  type RunningWorker,
  type WorkerOptions,
} from "./running-worker.ts";

interface OutboxesOptions extends WorkerOptions {
  /** How often an idle relay looks. Default 1 s. */
  readonly everyMs?: number;
}

/** Waits for a database that is away, and says so in its readiness. */
export async function startOutboxes(options: OutboxesOptions): Promise<RunningWorker> {
  const { config, emit, tuning = {} } = options;
  const onError = emitRedisFailed(emit);
  const redis = await connectTrusted(options, onError);
  // Reads fail when Redis is away: the next round reads again.
  const reading = connect(config.redis, { role: "producer", onError });
  const producer = createProducer({ config, onError, tuning });
  const writes = watchWrites(redis, config);
  const portsOf = (from: string): OutboxPorts => ({
    enqueue: (orders) => producer.enqueueBatch(orders as never, from),
    endings: (account, ids) =>
      endingsOf(ids, new DeliveryListStore(reading, { prefix: config.redis.prefix, account })),
    emit,
  });
  const relays = startRelays(options, portsOf);
  emit({ event: "worker.ready" });
  return runningWorker({
    complaints: () => [...writes.complaints(), ...relays.flatMap(complaintsOf)],
    stop: async () => {
      emit({ event: "worker.draining" });
      writes.stop();
      await Promise.all(relays.map(({ relay }) => relay.stop()));
      await Promise.all([producer.close(), hangUp(redis), hangUp(reading)]);
      emit({ event: "worker.stopped" });
    },
  });
}

interface NamedRelay {
  readonly name: string;
  readonly relay: OutboxRelay;
}

/** @param portsOf those of one way in */
function startRelays(
  { config, everyMs }: OutboxesOptions,
  portsOf: (from: string) => OutboxPorts,
): NamedRelay[] {
  return Object.entries(config.outboxes).map(([name, { keep, accounts, ...settings }]) => {
    const relay = new OutboxRelay({
      outbox: { name, accounts, keepMs: keep },
      open: () => openTable(tableSettings(settings)),
      ports: portsOf(`outbox ${name}`),
      random: Math.random,
      ...(everyMs === undefined ? {} : { everyMs }),
    });
    relay.start();
    return { name, relay };
  });
}

function complaintsOf({ name, relay: { complaint } }: NamedRelay): string[] {
  return complaint === null ? [] : [`outbox ${name}: ${complaint}`];
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
