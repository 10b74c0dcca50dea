/**
 * Metrics in Prometheus' text format. Accounts and statuses are labels; ids, keys and payloads never.
 */
import type { Measured } from "../../operations/measure.ts";
import type { Answered } from "./server.ts";

/** Requests that this process has answered, by call and status. */
export class RequestCounts {
  readonly #counts = new Map<string, { labels: Labels; count: number }>();

  count({ method, route, status }: Answered): void {
    const labels = { method, route, status: String(status) };
    const name = JSON.stringify(labels);
    const known = this.#counts.get(name) ?? { labels, count: 0 };
    known.count += 1;
    this.#counts.set(name, known);
  }

  get samples(): Sample[] {
    return [...this.#counts.values()].map(({ labels, count }) => ({ labels, value: count }));
  }
}

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricsInput {
  /** Null when Redis does not answer. */
  readonly measured: readonly Measured[] | null;
  readonly refusedOrders: number | null;
  readonly requests: readonly Sample[];
  readonly waiting: number;
}

export function metricsText({ measured, refusedOrders, requests, waiting }: MetricsInput): string {
  const accounts = measured ?? [];
  const each = (read: (one: Measured) => Sample[]): Sample[] => accounts.flatMap(read);
  return [
    family("bida_redis_up", "gauge", "1 if Redis answers.", [
      { labels: {}, value: measured === null ? 0 : 1 },
    ]),
    family(
      "bida_deliveries",
      "gauge",
      "Deliveries by status; ended ones until the retention takes them.",
      each(({ account, health }) =>
        Object.entries(health.counts).map(([status, value]) => ({ labels: { account, status }, value })),
      ),
    ),
    family(
      "bida_dead_letters",
      "gauge",
      "Dead letters by reason.",
      each(({ account, health }) =>
        Object.entries(health.reasons).map(([reason, value]) => ({ labels: { account, reason }, value })),
      ),
    ),
    family(
      "bida_dead_callbacks",
      "gauge",
      "Deliveries whose callback was given up.",
      each(({ account, health }) => [{ labels: { account }, value: health.deadCallbacks }]),
    ),
    family(
      "bida_backlog",
      "gauge",
      "Deliveries that are acknowledged and not yet ended.",
      each(({ account, health: { counts } }) => [
        { labels: { account }, value: counts.queued + counts.sending + counts.retrying + counts.confirming },
      ]),
    ),
    family(
      "bida_oldest_age_seconds",
      "gauge",
      "Age of the oldest delivery that has not ended.",
      each(({ account, oldestAgeMs }) => [{ labels: { account }, value: oldestAgeMs / 1_000 }]),
    ),
    family(
      "bida_breaker",
      "gauge",
      "1 for the state that the account's circuit breaker is in.",
      each(({ account, health: { breaker } }) =>
        ["closed", "open", "held"].map((state) => ({
          labels: { account, state },
          value: state === breaker.state ? 1 : 0,
        })),
      ),
    ),
    family(
      "bida_account_configured",
      "gauge",
      "0 for an account that has left the configuration.",
      each(({ account, isConfigured }) => [{ labels: { account }, value: isConfigured ? 1 : 0 }]),
    ),
    family(
      "bida_paused",
      "gauge",
      "1 if somebody has paused the account.",
      each(({ account, health }) => [{ labels: { account }, value: health.isPaused ? 1 : 0 }]),
    ),
    family(
      "bida_intake_refused_orders",
      "gauge",
      "Orders that the intake refused, among the latest ten thousand.",
      refusedOrders === null ? [] : [{ labels: {}, value: refusedOrders }],
    ),
    family("bida_http_requests_total", "counter", "Requests that this process has answered.", requests),
    family("bida_http_waiting", "gauge", "Callers that wait for a delivery to end.", [
      { labels: {}, value: waiting },
    ]),
  ].join("");
}

function family(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
