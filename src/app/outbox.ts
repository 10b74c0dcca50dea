/**
 * Starts the relays of the outboxes: rows are enqueued as by a producer, and the end of each delivery is read
 * from its record.
 */
import { readFileSync } from "node:fs";
import type { OutboxConfig } from "../config/config.ts";
import { parseDatabaseUrl, type TableSettings } from "../outbox/address.ts";
import { endingsOf } from "../outbox/endings.ts";
import { openTable } from "../outbox/open-table.ts";
import { OutboxRelay } from "../outbox/outbox-relay.ts";
import type { OutboxPorts } from "../outbox/ports.ts";
import { SameTable } from "../outbox/same-table.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { DeliveryListStore } from "../storage/delivery-list-store.ts";
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
  /** How often an idle relay looks for rows. Default 1 s. */
  readonly everyMs?: number;
}

/** A database that is away is waited for; the readiness reports it. */
export async function startOutboxes(options: OutboxesOptions): Promise<RunningWorker> {
  const { config, emit, tuning = {} } = options;
  const onError = emitRedisFailed(emit);
  const redis = await connectTrusted(options, onError);
  // Reads fail when Redis is away; the next round repeats them.
  const reading = connect(config.redis, { role: "producer", onError });
  const producer = createProducer({ config, onError, tuning });
  const writes = watchWrites(redis, config);
  const portsOf = (from: string): OutboxPorts => ({
    enqueue: (orders) => producer.enqueueBatch(orders, from),
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

/** @param portsOf makes the ports of one outbox */
function startRelays(
  { config, everyMs }: OutboxesOptions,
  portsOf: (from: string) => OutboxPorts,
): NamedRelay[] {
  const sameTable = new SameTable(Object.keys(config.outboxes));
  return Object.entries(config.outboxes).map(([name, { keep, accounts, ...settings }]) => {
    const relay = new OutboxRelay({
      outbox: { name, accounts, keepMs: keep },
      open: () => openTable(tableSettings(settings)),
      ports: portsOf(`outbox ${name}`),
      random: Math.random,
      claim: async (table) => {
        const owner = await sameTable.ownerOf(name, table);
        if (owner !== null)
          throw new Error(`its table is that of the outbox ${owner}; a table has one outbox`);
      },
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
