/**
 * `npm run bench:door`: what a single enqueue over HTTP costs the process behind it, against a bare fastify
 * server that adds a BullMQ job. The same requests, 32 at once, in turns.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { cpuMicros } from "../cpu.ts";
import { median } from "../figures.ts";
import { OwnProcess } from "../own-process.ts";
import { startMeasuredRedis } from "../private-redis.ts";
import { todos } from "../todo.ts";

const REQUESTS = Number(process.argv[2] ?? "10000");
const ROUNDS = 3;
const AT_ONCE = 32;
const KEY = "bench-key-of-the-door-0123456789abcdef";

const redis = await startMeasuredRedis();
const directory = mkdtempSync(join(tmpdir(), "bida-bench-"));
const file = join(directory, "bida.yaml");
writeFileSync(
  file,
  `
redis: { url: "${redis.url}" }
api: { port: 0, keys: [ { name: bench, role: producer, accounts: [bench], sha256: ${createHash("sha256").update(KEY).digest("hex")}, rate: 1000000/s } ] }
accounts:
  bench: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "10101", appSecret: bench }
`,
);
try {
  const sides = { bare: redis.url, bida: file };
  const cpu = { bare: [] as number[], bida: [] as number[] };
  const rate = { bare: [] as number[], bida: [] as number[] };
  const started = new Map(
    Object.entries(sides).map(([side, argument]) => {
      const program = fileURLToPath(new URL(`./${side}.ts`, import.meta.url));
      return [side as keyof typeof sides, new OwnProcess(process.execPath, [program, argument], side)];
    }),
  );
  const urls = new Map<string, string>();
  for (const [side, running] of started) urls.set(side, await running.line());
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [side, running] of started) {
      const before = cpuMicros(running.pid);
      const startedAt = performance.now();
      await post(urls.get(side) ?? "", round);
      if (round === 0) continue;
      cpu[side].push((cpuMicros(running.pid) - before) / REQUESTS);
      rate[side].push(REQUESTS / ((performance.now() - startedAt) / 1_000));
    }
  }
  for (const side of ["bare", "bida"] as const)
    process.stdout.write(
      `${side}: ${Math.round(median(cpu[side]) ?? 0)} µs a request, ${Math.round(median(rate[side]) ?? 0)} requests/s\n`,
    );
  process.stdout.write(
    `ratio ${((median(cpu.bida) ?? 0) / (median(cpu.bare) ?? 1)).toFixed(2)} (goal ≤ 1.4)\n`,
  );
  for (const running of started.values()) await running.stop();
} finally {
  rmSync(directory, { recursive: true, force: true });
  await redis.stop();
}

async function post(url: string, round: number): Promise<void> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const bodies = todos(REQUESTS).map((todo) =>
    JSON.stringify({
      account: "bench",
      operation: "todo.create",
      payload: { ...todo, sourceId: `${todo.sourceId}-${round}` },
    }),
  );
  const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
  const next = bodies.values();
  const client = async (): Promise<void> => {
    for (const body of next) {
      const answer = await pool.request({ method: "POST", path: "/v1/deliveries", headers, body });
      if (answer.statusCode >= 300) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  await pool.close();
}
