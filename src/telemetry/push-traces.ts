/**
 * Pushes spans to an OTLP receiver over HTTP. Loaded only where traces are configured.
 */
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime, type SpanContext } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import type { Resource } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { TraceParent } from "../delivery/traceparent.ts";
import type { BidaEvent, Emit } from "./events.ts";
import { failureOf, onlyChanges, receiverUrl, type OnPush } from "./pushing.ts";
import { acknowledgement, spansOf, type SpanDraft, type SpanNaming } from "./spans.ts";

interface PushingTraces extends SpanNaming {
  /** The receiver's URL. */
  readonly url: string;
  readonly onPush: OnPush;
  readonly resource: Resource;
}

export interface Traces {
  readonly emit: Emit;
  /** The id of the trace that an event belongs to; null if it has none, or the trace is not kept. */
  traceIdOf(event: BidaEvent): string | null;
  /** Pushes what is left; does not wait for a receiver that is away. */
  stop(): Promise<void>;
}

const PUSH_EVERY_MS = 5_000;
const PATIENCE_MS = 3_000;
/** Shorter than the caller's own limit, so that the failure is reported. */
const ANSWER_WITHIN_MS = 2_500;
/** How many spans are kept while the receiver is away; more are dropped. */
const MOST_WAITING = 4_096;

export function pushingTraces({ url, onPush, resource, ...naming }: PushingTraces): Traces {
  const processor = new BatchSpanProcessor({
    exporter: new ReportingExporter(url, onlyChanges(onPush)),
    scheduledDelayMillis: PUSH_EVERY_MS,
    exportTimeoutMillis: PATIENCE_MS,
    maxQueueSize: MOST_WAITING,
  });
  return {
    emit: (event) => {
      for (const draft of spansOf(event, naming))
        processor.onEnd(readable(draft, { resource, endedAt: Date.now() }));
    },
    traceIdOf: (event) => {
      if (!("traceparent" in event) || !("id" in event)) return null;
      const { traceId, isSampled } = acknowledgement(event, naming.ratio).own;
      return isSampled ? traceId : null;
    },
    stop: async () => {
      await processor.shutdown().catch(() => undefined);
    },
  };
}

class ReportingExporter extends OTLPTraceExporter {
  readonly #onPush: OnPush;

  constructor(url: string, onPush: OnPush) {
    super({ url: receiverUrl(url, "traces"), timeoutMillis: ANSWER_WITHIN_MS });
    this.#onPush = onPush;
  }

  override export(...[spans, done]: Parameters<OTLPTraceExporter["export"]>): void {
    super.export(spans, (result) => {
      this.#onPush(failureOf(result));
      done(result);
    });
  }
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** An event is emitted at the end of what it describes. */
function readable(
  draft: SpanDraft,
  { resource, endedAt }: { readonly resource: Resource; readonly endedAt: number },
): ReadableSpan {
  const { name, kind, own, parent, links, durationMs, attributes, error } = draft;
  const length = Math.max(0, durationMs);
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => contextOf(own),
    ...(parent === null ? {} : { parentSpanContext: contextOf(parent) }),
    startTime: hrTime(endedAt - length),
    endTime: hrTime(endedAt),
    duration: hrTime(length),
    status: error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    links: links.map((link) => ({ context: contextOf(link) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "bida" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ traceId, spanId, isSampled }: TraceParent): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
