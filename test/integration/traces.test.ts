/**
 * One trace a delivery: from its producer's request over acknowledgement, sends and checks to the callback, as an
 * OTLP receiver gets it from a real API, worker and callback worker.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { request } from "undici";
import { expect, it } from "vitest";
import { startApi } from "../../src/app/api.ts";
import { startCallbackWorker } from "../../src/app/callback-worker.ts";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { openTelemetry } from "../../src/app/telemetry.ts";
import type { Config } from "../../src/config/config.ts";
import { logger } from "../../src/telemetry/logs.ts";
import { aTodo } from "../support/builders.ts";
import { closing } from "../support/closing.ts";
import { FAST, startSystem, systemConfig } from "../support/system.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface Pushed {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PRODUCER = "b7ad6b7169203331";

async function listening(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An OTLP receiver that takes JSON, and keeps the spans. */
async function anOtlpReceiver(): Promise<{ url: string; spans: Span[]; texts: string[] }> {
  const spans: Span[] = [];
  const texts: string[] = [];
  const url = await listening((incoming, response) => {
    void take(incoming).finally(() =>
      response.writeHead(200, { "content-type": "application/json" }).end("{}"),
    );
  });
  const take = async (incoming: IncomingMessage): Promise<void> => {
    const body = await text(incoming);
    if (incoming.url !== "/v1/traces") return;
    texts.push(body);
    const { resourceSpans } = JSON.parse(body) as Pushed;
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)));
  };
  return { url, spans, texts };
}

/** A producer that is told of ends. */
async function aProducer(): Promise<{ url: string; called: Promise<IncomingHttpHeaders> }> {
  const { promise: called, resolve } = Promise.withResolvers<IncomingHttpHeaders>();
  const url = await listening((incoming, response) => {
    resolve(incoming.headers);
    incoming.resume();
    response.writeHead(204).end();
  });
  return { url: `${url}/done`, called };
}

it("a delivery is one trace, across its producer, the API, the platform and the callback", async () => {
  const [otlp, producer] = await Promise.all([anOtlpReceiver(), aProducer()]);
  const system = await startSystem({
    withoutWorker: true,
    root: `telemetry: { otlp: "${otlp.url}", traces: { ratio: 0 } }
callbacks: { allowHosts: ["127.0.0.1"], secret: "a secret of twenty-four bytes", allowPrivate: true, allowHttp: true }
api:
  port: 0
  keys: [{ name: oa, role: producer, sha256: ${createHash("sha256").update("oa-key").digest("hex")}, accounts: [yzj] }]`,
  });
  closing.push(() => system.close());
  const { config } = system;
  const telemetry = await openTelemetry({ role: "up", config, log: logger("silent") });
  const { emit } = telemetry;
  const [api, worker, callbacks] = await Promise.all([
    startApi({ config, emit, tuning: FAST }),
    startDeliveryWorker({ config, emit, warn: () => undefined, tuning: FAST }),
    startCallbackWorker({ config, emit }),
  ]);
  const order = aTodo();
  const answer = await request(`${api.url}/v1/deliveries`, {
    method: "POST",
    headers: {
      authorization: "Bearer oa-key",
      "content-type": "application/json",
      traceparent: `00-${TRACE}-${PRODUCER}-01`,
    },
    body: JSON.stringify({ ...order, callbackUrl: producer.url }),
  });
  const { id } = (await answer.body.json()) as { id: string };
  // Its own, which nobody asked to be traced: of those that begin here none is kept.
  await system.enqueue(aTodo());
  const told = await producer.called;
  await Promise.all([api.stop(), worker.stop(), callbacks.stop()]);
  await telemetry.stop();

  const { spans } = otlp;
  const named = (name: string): Span[] => spans.filter((span) => span.name === name);
  const [acknowledged] = named("acknowledge todo.create");
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(named("POST /v1/deliveries")[0]?.parentSpanId).toBe(PRODUCER);
  expect(acknowledged?.parentSpanId).toBe(PRODUCER);
  for (const name of ["send todo.create", "check todo.create", "confirmed todo.create", "callback"]) {
    expect(named(name).length).toBeGreaterThan(0);
    for (const span of named(name)) expect(span.parentSpanId).toBe(acknowledged?.spanId);
  }
  const parents = [...named("send todo.create"), ...named("check todo.create")].map(({ spanId }) => spanId);
  const calls = spans.filter(({ name }) => /^(?:POST|GET) \/(?!v1\/deliveries)/.test(name));
  expect(calls.length).toBeGreaterThan(1);
  for (const call of calls) expect(parents).toContain(call.parentSpanId);
  for (const span of spans)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  expect(JSON.stringify(acknowledged?.attributes)).toContain(id);
  // The receiver of the callback goes on with the trace; the spans hold nothing of what was delivered.
  expect(told["traceparent"]).toBe(`00-${TRACE}-${PRODUCER}-01`);
  const { title, openids } = order.payload as { title: string; openids?: unknown };
  for (const secret of [
    title,
    ...(Array.isArray(openids) ? (openids as string[]) : []),
    "sandbox-app-secret",
    "accessToken",
  ])
    expect(otlp.texts.join()).not.toContain(secret);
});

it("a new configuration starts, moves and stops the traces; the log says what only a restart changes", async () => {
  const [first, second] = await Promise.all([anOtlpReceiver(), anOtlpReceiver()]);
  const told: { event: string; fields: string[] }[] = [];
  const log = logger("info", {
    destination: { write: (line) => void told.push(JSON.parse(line) as (typeof told)[number]) },
  });
  const configured = (telemetry: string): Config =>
    systemConfig("http://127.0.0.1:9", { root: `telemetry: { ${telemetry} }` });
  const telemetry = await openTelemetry({ role: "delivery", config: configured(""), log });
  const acknowledge = (id: string): void =>
    telemetry.emit({
      event: "delivery.acknowledged",
      account: "yzj",
      id,
      operation: "todo.create",
      lane: null,
      traceparent: null,
      durationMs: 1,
    });
  const ids = ({ texts }: { texts: readonly string[] }): string[] =>
    [...new Set(texts.join().match(/"d-[a-z]+"/g))].toSorted();

  acknowledge("d-untraced");
  await telemetry.use(configured(`otlp: "${first.url}", traces: {}`));
  acknowledge("d-first");
  await telemetry.use(configured(`otlp: "${second.url}", traces: {}`));
  acknowledge("d-second");
  await telemetry.use(configured(`otlp: "${second.url}", traces: { ratio: 0 }`));
  acknowledge("d-dropped");
  await telemetry.use(configured(`otlp: "${second.url}", metricsPort: 9464`));
  acknowledge("d-ended");
  await telemetry.stop();

  expect([ids(first), ids(second)]).toEqual([['"d-first"'], ['"d-second"']]);
  expect(told.filter(({ event }) => event === "config.needsRestart").map(({ fields }) => fields)).toEqual([
    ["telemetry.otlp"],
    ["telemetry.otlp"],
    ["telemetry.otlp"],
    ["telemetry.metricsPort", "telemetry.otlp"],
  ]);
});

it("a receiver that never answers delays nothing and is logged; log entries of a delivery name its trace", async () => {
  const url = await listening(() => undefined);
  const told: Record<string, unknown>[] = [];
  const log = logger("info", {
    destination: { write: (line) => void told.push(JSON.parse(line) as (typeof told)[number]) },
  });
  const config = systemConfig("http://127.0.0.1:9", { root: `telemetry: { otlp: "${url}", traces: {} }` });
  const telemetry = await openTelemetry({ role: "delivery", config, log });
  const about = { account: "yzj", id: "d-1", operation: "todo.create", lane: null, traceparent: null };
  telemetry.emit({ event: "delivery.acknowledged", ...about, durationMs: 1 });
  telemetry.emit({
    ...about,
    event: "delivery.ended",
    status: "confirmed",
    reason: null,
    detail: null,
    sends: 1,
    checks: 1,
    ageMs: 5,
  });
  const startedAt = performance.now();
  await telemetry.stop();

  // Its own patience is 3 s; a busy machine adds to it.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(told.filter(({ event }) => event === "telemetry.pushed").map(({ what }) => what)).toContain(
    "traces",
  );
  expect(told.find(({ event }) => event === "delivery.ended")?.["traceId"]).toMatch(/^[0-9a-f]{32}$/);
});
