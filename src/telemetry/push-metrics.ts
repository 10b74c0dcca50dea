/**
 * Pushes metrics to an OTLP receiver over HTTP. Loaded only where one is configured.
 */
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { PeriodicExportingMetricReader, type IMetricReader } from "@opentelemetry/sdk-metrics";

const PUSH_EVERY_MS = 30_000;
const PATIENCE_MS = 5_000;

/** @param url the receiver's, without `/v1/metrics` */
export function pushingTo(url: string, everyMs = PUSH_EVERY_MS): IMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({
      url: `${url.replace(/\/+$/, "")}/v1/metrics`,
      timeoutMillis: Math.min(PATIENCE_MS, everyMs),
    }),
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(PATIENCE_MS, everyMs),
  });
}
