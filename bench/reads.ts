/**
 * `npm run bench:reads`: how long the API takes to answer the queries of operators, with a million deliveries
 * and a hundred thousand dead letters in Redis. Filling takes a while; `--deliveries N` and `--waiting N` (of
 * them dead) shorten it.
 */
import { request } from "undici";
import { withApi } from "./bida/with-api.ts";
import { fillRecords } from "./fill-records.ts";
import { goalOf, median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";

const READS = [
  "/v1/deliveries?limit=50",
  "/v1/deliveries?status=queued&limit=50",
  "/v1/deliveries?recipient=openid-00000007",
  "/v1/deliveries?key=order-bench-00000007",
  "/v1/deliveries?receipt=nobody",
  "/v1/deliveries?code=nothing&limit=50",
  "/v1/dead-letters?limit=50",
  "/v1/dead-letters?code=505&limit=50",
  "/v1/dead-letters?text=nothing&limit=50",
  "/v1/dead-letters/groups",
  "/v1/search?q=order-bench-00000007",
  "/v1/lanes?held=true",
  "/v1/stats",
  "/v1/accounts",
] as const;
const TIMES = 5;
const GOAL_MS = 50;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2), { deliveries: 1_000_000, waiting: 100_000 });
const bench = await openBench(options);
try {
  await fillRecords(bench, options);
  await readAll(bench);
} finally {
  await bench.close();
}

async function readAll({ setting }: Bench): Promise<void> {
  await withApi(setting, async ({ url, key }) => {
    for (const path of READS) {
      const took: number[] = [];
      // The first one connects and warms up, and is not reported.
      for (let time = 0; time <= TIMES; time += 1) {
        const startedAt = performance.now();
        const { statusCode, body } = await request(`${url}${path}`, {
          headers: { authorization: `Bearer ${key}` },
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${text.slice(0, 200)}`);
        took.push(performance.now() - startedAt);
      }
      const middle = median(took.slice(1)) ?? NaN;
      process.stdout.write(
        `${middle.toFixed(1).padStart(8)} ms ${path} (${goalOf(middle, { is: "atMost", value: GOAL_MS })})\n`,
      );
    }
  });
}
