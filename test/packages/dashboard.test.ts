/**
 * Every query of the Grafana dashboard is asked of a real Prometheus that scrapes a real `bida up`, through which a
 * delivery has gone. Grafana itself is not here: nobody has looked at the panels.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "undici";
import { z } from "zod";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { BidaClient } from "../../src/doors/client/bida-client.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const hasPrometheus = spawnSync("prometheus", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "bida-dashboard-"));
const started: ChildProcess[] = [];

const panel = z.object({
  title: z.string(),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const { panels } = z
  .object({ panels: z.array(panel) })
  .parse(JSON.parse(readFileSync(`${ROOT}deploy/grafana/bida.dashboard.json`, "utf8")));
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

/** What one good todo does not bring about: no dead letter, no callback, no mirror, no fault, no waiting, no check. */
const QUIET =
  /reason\) \(max|slo_|_callbacks_total|_intake_orders_total|_mirror_|_bugs_|_leases_expired|_redis_errors|_rate_wait_|_check_budget/;

let prometheus = "";

beforeAll(async () => {
  if (!hasPrometheus) return;
  const [metrics, web] = [await aFreePort(), await aFreePort()];
  const up = spawn(process.execPath, ["bin/bida.mjs", "up", "--json"], {
    cwd: ROOT,
    env: { ...process.env, BIDA_METRICS_PORT: String(metrics) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(up);
  const [line] = (await once(up.stdout, "data")) as [Buffer];
  const { url, key } = z.object({ url: z.string(), key: z.string() }).parse(JSON.parse(String(line)));
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: bida, static_configs: [{ targets: ["127.0.0.1:${metrics}"] }] }]
`,
  );
  started.push(
    spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${web}`,
        "--log.level=error",
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    ),
  );
  prometheus = `http://127.0.0.1:${web}`;
  const client = new BidaClient({ url, key });
  // The first one is seen, so that the second one is an increase.
  for (const wanted of [1, 2]) {
    const { id } = await client.send(aTodo() as Parameters<BidaClient["send"]>[0]);
    await client.waitUntilFinished(id);
    await eventually(
      async () =>
        (await ask(`sum(bida_deliveries_ended_total{status="confirmed"})`)).map(({ value }) =>
          Number(value[1]),
        ),
      ([count]) => (count ?? 0) >= wanted,
      60_000,
    );
  }
}, 120_000);

afterAll(async () => {
  for (const child of started.toReversed()) {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

const answer = z.object({
  status: z.string(),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

async function ask(query: string): Promise<z.infer<typeof answer>["data"]["result"]> {
  try {
    const reply = await request(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
    const text = await reply.body.text();
    if (reply.statusCode !== 200) throw new Error(`${query}: ${text}`);
    return answer.parse(JSON.parse(text)).data.result;
  } catch (error) {
    // It is still starting.
    if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") return [];
    throw error;
  }
}

describe.runIf(hasPrometheus)("the dashboard", () => {
  it.each(queries)("%s: %s", async (_title, expr) => {
    const results = await ask(expr.replaceAll("$account", ".*"));

    if (!QUIET.test(expr)) expect(results.length).toBeGreaterThan(0);
  });
});
