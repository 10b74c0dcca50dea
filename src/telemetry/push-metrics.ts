/**
 * Pushes metrics to an OTLP receiver over HTTP. Loaded only where one is configured.
 */
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { MOST_SERIES } from "./labels.ts";
import { failureOf, onlyChanges, receiverUrl, type OnPush } from "./pushing.ts";
import { PeriodicExportingMetricReader, type IMetricReader } from "@opentelemetry/sdk-metrics";

const PUSH_EVERY_MS = 30_000;
const PATIENCE_MS = 5_000;

/** @param url the receiver's URL */
export function pushingTo(url: string, onPush: OnPush): IMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new ReportingExporter(url, onlyChanges(onPush)),
    exportIntervalMillis: PUSH_EVERY_MS,
    cardinalityLimits: { default: MOST_SERIES },
    exportTimeoutMillis: PATIENCE_MS,
  });
}

class ReportingExporter extends OTLPMetricExporter {
  readonly #onPush: OnPush;

  constructor(url: string, onPush: OnPush) {
    super({ url: receiverUrl(url, "metrics"), timeoutMillis: PATIENCE_MS });
    this.#onPush = onPush;
  }

  override export(...[metrics, done]: Parameters<OTLPMetricExporter["export"]>): void {
    super.export(metrics, (result) => {
      this.#onPush(failureOf(result));
      done(result);
    });
  }
}
