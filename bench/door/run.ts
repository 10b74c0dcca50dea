/**
 * `npm run bench:door`: the CPU time that one enqueue over HTTP costs the server process, compared with a bare
 * fastify server that adds a BullMQ job. Both get the same requests, 32 at once, in turns.
 *
 *   node bench/door/run.ts [--requests N] [--rounds N] [--profile DIR] [--beside CHECKOUT]
 *
 * `--beside` also runs the API of another checkout in the same turns, to compare before and after a change.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { cpuMicros } from "../cpu.ts";
import { goalOf, median } from "../figures.ts";
import { OwnProcess } from "../own-process.ts";
import { startMeasuredRedis } from "../private-redis.ts";
import { todos } from "../todo.ts";

const AT_ONCE = 32;
const GOAL = 1.4;
const KEY = "bench-key-of-the-door-0123456789abcdef";

interface Side {
  readonly name: string;
  readonly running: OwnProcess;
  readonly url: string;
  readonly cpu: number[];
  readonly redisCpu: number[];
  readonly rate: number[];
}

const { values: asked } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    profile: { type: "string" },
    beside: { type: "string" },
  },
});
const requests = Number(asked.requests);
const rounds = Number(asked.rounds);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

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
  const here = fileURLToPath(new URL(".", import.meta.url));
  const sides = [
    await start("bare", { program: join(here, "bare.ts"), argument: redis.url }),
    await start("bida", { program: join(here, "bida.ts"), argument: file }),
  ];
  if (asked.beside !== undefined)
    sides.push(
      await start("beside", { program: resolve(asked.beside, "bench/door/bida.ts"), argument: file }),
    );
  for (let round = 0; round <= rounds; round += 1) {
    // Each side comes first in turn, so that disturbances at the beginning of a round hit all alike.
    for (let at = 0; at < sides.length; at += 1) {
      const side = sides[(round + at) % sides.length];
      if (side !== undefined) await measureOnce(side, round);
    }
  }
  report(sides);
  for (const { running } of sides) await running.stop();
} finally {
  rmSync(directory, { recursive: true, force: true });
  await redis.stop();
}

async function start(
  name: string,
  { program, argument }: { readonly program: string; readonly argument: string },
): Promise<Side> {
  const flags = asked.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${asked.profile}/${name}`];
  const running = new OwnProcess(process.execPath, { args: [...flags, program, argument], name });
  return { name, running, url: await running.line(), cpu: [], redisCpu: [], rate: [] };
}

/** The first round warms up. */
async function measureOnce({ name, running, url, cpu, redisCpu, rate }: Side, round: number): Promise<void> {
  const before = cpuMicros(running.pid);
  const redisBefore = cpuMicros(redis.pid);
  const startedAt = performance.now();
  await post(url, `${name}-${round}`);
  if (round === 0) return;
  cpu.push((cpuMicros(running.pid) - before) / requests);
  redisCpu.push((cpuMicros(redis.pid) - redisBefore) / requests);
  rate.push(requests / ((performance.now() - startedAt) / 1_000));
}

function report(sides: readonly Side[]): void {
  const [bare] = sides;
  for (const side of sides) {
    const ratio = (median(side.cpu) ?? 0) / (median(bare?.cpu ?? []) ?? 1);
    process.stdout.write(
      `${side.name.padEnd(6)} ${rounded(side.cpu)} µs a request, ${ratio.toFixed(2)} times bare` +
        `; Redis ${rounded(side.redisCpu)} µs; ${rounded(side.rate)} requests/s\n`,
    );
  }
  const [of, against] = [sides[1], bare].map((side) => median(side?.cpu ?? []) ?? NaN);
  process.stdout.write(
    `bida against bare: ${goalOf((of ?? NaN) / (against ?? NaN), { is: "atMost", value: GOAL })}\n`,
  );
}

function rounded(values: readonly number[]): string {
  return String(Math.round(median(values) ?? 0));
}

async function post(url: string, turn: string): Promise<void> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const bodies = todos(requests).map((todo) =>
    JSON.stringify({
      account: "bench",
      operation: "todo.create",
      payload: { ...todo, sourceId: `${todo.sourceId}-${turn}` },
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
