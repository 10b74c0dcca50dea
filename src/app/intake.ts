/**
 * Starts the intake, which takes orders from a BullMQ queue and a Redis stream (each may be in another Redis)
 * and enqueues them as a producer would.
 */
import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { BullmqIntake } from "../intake/bullmq-intake.ts";
import { OrderStream } from "../intake/order-stream.ts";
import type { IntakePorts } from "../intake/ports.ts";
import { StreamIntake } from "../intake/stream-intake.ts";
import { connect, hangUp } from "../storage/connection.ts";
import { RefusedOrderStore } from "../storage/refused-order-store.ts";
import type { Config, IntakeConfig } from "../config/config.ts";
import { within } from "../waiting/waiting.ts";
import { createProducer } from "./producer.ts";
import { connectTrusted } from "./redis-safety.ts";
import { emitRedisFailed, runningWorker, type RunningWorker, type WorkerOptions } from "./running-worker.ts";

export interface IntakeOptions extends WorkerOptions {
  /** Entries that another consumer of the stream has held for longer are taken over. Default 30 s. */
  readonly idleMs?: number;
}

const DRAIN_MS = 20_000;

/** Whether a delivery worker of this configuration takes orders too. */
export function takesOrders({ intake }: Config): boolean {
  return intake !== undefined && intake.inWorker && (intake.bullmq ?? intake.stream) !== undefined;
}

/** A running way in. */
interface Running {
  /** Why it takes no orders; null while it does. */
  readonly trouble: () => string | null;
  readonly stop: () => Promise<void>;
}

export async function startIntake(options: IntakeOptions): Promise<RunningWorker> {
  const { config, emit, tuning = {} } = options;
  const onError = emitRedisFailed(emit);
  const redis = await connectTrusted(options, onError);
  const producer = createProducer({ config, onError, tuning, emit });
  const refused = new RefusedOrderStore(redis, config.redis.prefix);
  const portsOf = (from: string): IntakePorts => ({
    enqueue: (orders) => producer.enqueueBatch(orders, from),
    refuse: (orders) => refused.add(orders),
    emit,
  });
  const running: Running[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.stop()));
    await Promise.all([producer.close(), hangUp(redis)]);
  };
  try {
    for (const open of waysIn({ portsOf, options, onError })) running.push(open());
  } catch (error) {
    await close();
    throw error;
  }
  emit({ event: "worker.ready" });
  return runningWorker({
    complaints: () => running.flatMap(({ trouble }) => trouble() ?? []),
    stop: async () => {
      emit({ event: "worker.draining" });
      await close();
      emit({ event: "worker.stopped" });
    },
  });
}

interface Opening {
  /** The ports for one producer. */
  readonly portsOf: (producer: string) => IntakePorts;
  readonly options: IntakeOptions;
  readonly onError: (error: unknown) => void;
}

/** Functions that start each configured way in. */
function waysIn(opening: Opening): (() => Running)[] {
  const { bullmq, stream } = opening.options.config.intake ?? {};
  return [
    ...(bullmq === undefined ? [] : [() => openBullmq(bullmq, opening)]),
    ...(stream === undefined ? [] : [() => openStream(stream, opening)]),
  ];
}

type Settings<Name extends "bullmq" | "stream"> = NonNullable<IntakeConfig[Name]>;

function openBullmq(
  { queue, prefix, producer, accounts, redis: own }: Settings<"bullmq">,
  { portsOf, options: { config }, onError }: Opening,
): Running {
  const connection = connect(own ?? config.redis, { role: "waiting", onError });
  const source = { name: `queue ${queue}`, producer, accounts };
  const intake = new BullmqIntake({ connection, queue, prefix, source, ports: portsOf(producer), onError });
  intake.start();
  return {
    trouble: () => {
      // BullMQ does not report when Redis last answered, so the state of the connection is used.
      const found = connection.status === "ready" ? intake.trouble : "no answer from its Redis";
      return found === null ? null : `intake, ${source.name}: ${found}`;
    },
    stop: async () => {
      await intake.stop(DRAIN_MS);
      await hangUp(connection);
    },
  };
}

function openStream(
  { key, producer, accounts, redis: own }: Settings<"stream">,
  { portsOf, options: { config, idleMs }, onError }: Opening,
): Running {
  const where = own ?? config.redis;
  const redis = connect(where, { role: "worker", onError });
  const waiting = connect(where, { role: "waiting", onError });
  const consumer = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const stream = new OrderStream({ redis, waiting, key, consumer, onUntold: onError });
  const source = { name: `stream ${key}`, producer, accounts };
  const idle = idleMs === undefined ? {} : { idleMs };
  const intake = new StreamIntake({ stream, source, ports: portsOf(producer), onError, ...idle });
  intake.start();
  return {
    trouble: () => (intake.trouble === null ? null : `intake, ${source.name}: ${intake.trouble}`),
    stop: async () => {
      // With a time limit, because stopping does not end while its Redis is away.
      await within(DRAIN_MS, intake.stop());
      await Promise.all([hangUp(redis), hangUp(waiting)]);
    },
  };
}
