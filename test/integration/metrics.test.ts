/**
 * Every process gives out its metrics on a port of its own, pushes them where OTLP is configured, and the fleet's
 * gauges are told once, however many processes are scraped.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { request } from "undici";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { openTelemetry, type ProcessTelemetry } from "../../src/app/telemetry.ts";
import type { Config } from "../../src/config/config.ts";
import { logger } from "../../src/telemetry/logs.ts";
import { aTodo } from "../support/builders.ts";
import { startSystem, type System } from "../support/system.ts";
import { closing } from "../support/closing.ts";

async function aSystem(): Promise<System> {
  const system = await startSystem({ withoutWorker: true });
  closing.push(() => system.close());
  return system;
}

async function telemetryOf(
  config: Config,
  telemetry: Partial<Config["telemetry"]> = {},
): Promise<ProcessTelemetry> {
  const changed = { ...config, telemetry: { ...config.telemetry, ...telemetry } };
  const opened = await openTelemetry({ role: "worker", config: changed, log: logger("silent") });
  closing.push(() => opened.stop());
  return opened;
}

const tellsFleet = async ({ metrics }: ProcessTelemetry): Promise<boolean> =>
  (await metrics.text()).includes("bida_backlog{");

describe("the fleet's gauges", () => {
  it("are published by one of many processes, always the same, and by another once that one has ended", async () => {
    const { config, enqueue } = await aSystem();
    await enqueue(aTodo());
    const processes = await Promise.all([telemetryOf(config), telemetryOf(config), telemetryOf(config)]);
    const first = await Promise.all(processes.map(tellsFleet));
    const again = await Promise.all(processes.map(tellsFleet));
    const teller = processes[first.indexOf(true)];
    await teller?.stop();
    const rest = await Promise.all(processes.filter((one) => one !== teller).map(tellsFleet));

    expect(first.filter(Boolean)).toEqual([true]);
    expect(again).toEqual(first);
    expect(rest.filter(Boolean)).toEqual([true]);
  });

  it("are read from Redis: what waits, and how much memory is left", async () => {
    const { config, enqueue } = await aSystem();
    await enqueue(aTodo());
    const text = await (await telemetryOf(config)).metrics.text();

    expect(text).toContain('bida_deliveries{account="yzj",status="queued"} 1\n');
    expect(text).toMatch(/bida_redis_memory_used_bytes \d{6,}\n/);
    expect(text).toContain("bida_redis_up 1\n");
  });
});

describe("a process", () => {
  it("answers /metrics on its own port, without a key, and nothing else", async () => {
    const { config } = await aSystem();
    const free = await aFreePort();
    await telemetryOf(config, { metricsPort: free, metricsHost: "127.0.0.1" });
    const metrics = await request(`http://127.0.0.1:${free}/metrics`);
    const other = await request(`http://127.0.0.1:${free}/v1/deliveries`);

    expect(metrics.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await metrics.body.text()).toContain('bida_build_info{version="');
    expect(other.statusCode).toBe(404);
    await expect(telemetryOf(config, { metricsPort: free, metricsHost: "127.0.0.1" })).rejects.toThrow(
      "BIDA_METRICS_PORT",
    );
  });

  it("pushes its metrics to the OTLP receiver, at the latest when it ends", async () => {
    const { config } = await aSystem();
    const received: string[] = [];
    const receiver = createServer((incoming, response) => {
      void keep(incoming, received).finally(() =>
        response.writeHead(200, { "content-type": "application/json" }).end("{}"),
      );
    });
    await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
    closing.push(async () => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const telemetry = await telemetryOf(config, { otlp: `http://127.0.0.1:${port}` });
    telemetry.emit({ event: "lease.expired", account: "yzj", id: "d_secret", of: "send" });
    await telemetry.stop();

    expect(received[0]).toMatch(/^\/v1\/metrics /);
    expect(received.join()).toContain('"name":"bida_leases_expired_total"');
    expect(received.join()).toContain('"service.name"');
    expect(received.join()).not.toContain("d_secret");
  });

  it("ends in time when the OTLP receiver is away", async () => {
    const { config } = await aSystem();
    const telemetry = await telemetryOf(config, { otlp: "http://127.0.0.1:9" });
    const startedAt = performance.now();
    await telemetry.stop();

    // Its own patience is 3 s; a busy machine adds to it.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

async function keep(incoming: IncomingMessage, received: string[]): Promise<void> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  received.push(`${incoming.url} ${text}`);
}
