/**
 * The metrics of one process, fed by the events; Prometheus reads them as text.
 */
import type { BatchObservableResult, Counter, Histogram, Meter, Observable } from "@opentelemetry/api";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import { MeterProvider, MetricReader, type IMetricReader } from "@opentelemetry/sdk-metrics";
import type { Emit } from "./events.ts";
import { countEvent } from "./count-events.ts";
import { NO_OBJECTIVES, type FleetReading, type Objectives } from "./fleet.ts";
import { COUNTERS, FLEET_GAUGES, HISTOGRAMS, PROCESS_COUNTERS, PROCESS_GAUGES } from "./instruments.ts";
import { BoundedLabels, MOST_SERIES, type Labels } from "./labels.ts";
import { LoopLag } from "./loop-lag.ts";
import { memoryTaken } from "./memory.ts";
import { observeFleet } from "./observe-fleet.ts";

interface MetricsOptions {
  /** `delivery`, `api`, `intake`, `callback`, `mirror`; `up` for all of them in one process. */
  readonly role: string;
  readonly version: string;
  /** Distinguishes processes where metrics are pushed. */
  readonly instance?: string;
  readonly objectives?: Objectives;
  /** A reader that pushes the metrics elsewhere. */
  readonly pushing?: IMetricReader | undefined;
}

export type Count = (name: keyof typeof COUNTERS, labels: Labels) => void;
export type Add = (
  name: keyof typeof COUNTERS,
  counted: { readonly amount: number; readonly labels: Labels },
) => void;
export type RecordSeconds = (
  name: keyof typeof HISTOGRAMS,
  measured: { readonly seconds: number; readonly labels: Labels },
) => void;
export type Observe = (
  name: keyof typeof FLEET_GAUGES,
  observed: { readonly value: number; readonly labels?: Labels },
) => void;

const LAST_PUSH_MS = 3_000;

export class Metrics {
  readonly emit: Emit;
  /** The attributes of this process, for what is pushed. */
  readonly resource: Resource;
  readonly instance: string;
  readonly #role: string;
  readonly #version: string;
  readonly #reader = new TextReader();
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  readonly #provider: MeterProvider;
  readonly #labels = new BoundedLabels();
  readonly #lag = new LoopLag();
  #objectives: Objectives;
  #readFleet: () => Promise<FleetReading> = async () => ({ kind: "elsewhere" });
  #waiting: (() => number) | null = null;
  #isReady: (() => boolean) | null = null;

  constructor(options: MetricsOptions) {
    this.#role = options.role;
    this.#version = options.version;
    this.#objectives = options.objectives ?? NO_OBJECTIVES;
    const readers = options.pushing === undefined ? [this.#reader] : [this.#reader, options.pushing];
    this.resource = resourceOf(options);
    this.instance = options.instance ?? "";
    this.#provider = new MeterProvider({ resource: this.resource, readers });
    const meter = this.#provider.getMeter("bida");
    const counters = mapped(COUNTERS, ([name, description]) => meter.createCounter(name, { description }));
    const histograms = mapped(HISTOGRAMS, ([name, description, buckets]) =>
      meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: [...buckets] } }),
    );
    this.emit = this.#counting(counters, histograms);
    this.#observe(meter);
  }

  /** The objectives of a new configuration. */
  set objectives(objectives: Objectives) {
    this.#objectives = objectives;
  }

  /** Sets the source of the fleet's gauges. */
  set fleet(read: () => Promise<FleetReading>) {
    this.#readFleet = read;
  }

  set waiting(count: () => number) {
    this.#waiting = count;
  }

  set ready(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  /** Pushes what is left, where metrics are pushed; does not wait for a receiver that is away. */
  async stop(): Promise<void> {
    this.#lag.stop();
    await this.#provider.shutdown({ timeoutMillis: LAST_PUSH_MS }).catch(() => undefined);
  }

  #counting(
    counters: Record<keyof typeof COUNTERS, Counter>,
    histograms: Record<keyof typeof HISTOGRAMS, Histogram>,
  ): Emit {
    const count: Count = (name, labels) => counters[name].add(1, this.#labels.bound(labels));
    const add: Add = (name, { amount, labels }) => counters[name].add(amount, this.#labels.bound(labels));
    const record: RecordSeconds = (name, { seconds, labels }) =>
      histograms[name].record(seconds, this.#labels.bound(labels));
    return (event) => countEvent(event, { count, add, record, objectives: this.#objectives });
  }

  #observe(meter: Meter): void {
    const gauge = ([name, description]: readonly [string, string]): Observable =>
      meter.createObservableGauge(name, { description });
    const own = mapped(PROCESS_GAUGES, gauge);
    const fleet = mapped(FLEET_GAUGES, gauge);
    const [cpuName, description] = PROCESS_COUNTERS.cpu;
    const cpu = meter.createObservableCounter(cpuName, { description });
    const all = [...Object.values(own), ...Object.values(fleet), cpu];
    meter.addBatchObservableCallback(async (result) => {
      const { user, system } = process.cpuUsage();
      result.observe(cpu, (user + system) / 1e6);
      this.#observeProcess(result, own);
      const reading = await this.#readFleet();
      if (reading.kind !== "elsewhere") result.observe(own.redisUp, reading.kind === "read" ? 1 : 0);
      if (reading.kind !== "read") return;
      const observe: Observe = (name, { value, labels = {} }) =>
        result.observe(fleet[name], value, this.#labels.bound(labels));
      observeFleet(reading, { objectives: this.#objectives, observe });
    }, all);
  }

  #observeProcess(result: BatchObservableResult, own: Record<keyof typeof PROCESS_GAUGES, Observable>): void {
    const role = this.#role;
    result.observe(own.build, 1, { version: this.#version, node: process.versions.node, role });
    for (const [stat, seconds] of this.#lag.seconds) result.observe(own.loopLag, seconds, { stat });
    const { rss, heapUsed } = memoryTaken();
    result.observe(own.memory, rss);
    result.observe(own.heap, heapUsed);
    result.observe(own.startTime, Math.round(performance.timeOrigin) / 1_000);
    if (this.#waiting !== null) result.observe(own.httpWaiting, this.#waiting());
    if (this.#isReady !== null) result.observe(own.ready, this.#isReady() ? 1 : 0, { role });
  }
}

/** A reader that collects on request and pushes nothing. */
class TextReader extends MetricReader {
  constructor() {
    super({ cardinalitySelector: () => MOST_SERIES });
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

function resourceOf({ role, version, instance }: MetricsOptions): Resource {
  return resourceFromAttributes({
    "service.name": "bida",
    "service.version": version,
    "bida.role": role,
    ...(instance === undefined ? {} : { "service.instance.id": instance }),
  });
}

function mapped<Key extends string, From, To>(
  table: Readonly<Record<Key, From>>,
  make: (from: From) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(table).map(([key, from]) => [key, make(from)]);
  return Object.fromEntries(entries) as Record<Key, To>;
}
