/**
 * `npm run bench:schedules`: how many calls prove 1,000 schedules of one day, sent at the platform's limit of
 * 20 a second. It takes about a minute. Calls are counted in the sandbox's own log.
 */
import { request } from "undici";
import { startDeliveryWorker } from "../src/app/delivery-worker.ts";
import { createProducer } from "../src/app/producer.ts";
import { parseConfig } from "../src/config/config.ts";
import { startSandbox } from "../src/sandbox/server.ts";
import { goalOf } from "./figures.ts";
import { startMeasuredRedis } from "./private-redis.ts";

const COUNT = 1_000;
const GOAL = 50;
const QUESTIONS: ReadonlySet<string> = new Set([
  "schedule.queryByDay",
  "schedule.teamWorks",
  "schedule.detail",
]);
const START = Date.UTC(2026, 11, 1, 1);

const redis = await startMeasuredRedis();
const sandbox = await startSandbox({ timeScale: 1 });
const config = parseConfig(
  `
redis: { url: "${redis.url}" }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "${sandbox.url}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret, eid: "123456", resGroupSecret: sandbox-schedule-secret }
`,
  { path: "bench.yaml", env: {} },
);
const onError = (error: unknown): void => console.error(error);
const producer = createProducer({ config, onError });
const worker = await startDeliveryWorker({ config, emit: () => undefined, warn: () => undefined });
const inputs = Array.from({ length: COUNT }, (_, index) => ({
  account: "yzj",
  operation: "schedule.create",
  payload: {
    openid: "ann",
    content: `meeting ${index}`,
    startDate: START + index * 1_000,
    endDate: START + 3_600_000 + index * 1_000,
  },
}));
await producer.enqueueBatch(inputs);
const records = producer.records("yzj");
if (records === null) throw new Error("the account is not configured");
while ((await records.count("confirmed")) < COUNT) await new Promise((resolve) => setTimeout(resolve, 500));
const { body } = await request(`${sandbox.url}/_sandbox/calls`);
const calls = (await body.json()) as { endpoint: string }[];
const counts = Object.groupBy(calls, ({ endpoint }) => endpoint);
const told = Object.entries(counts).map(([endpoint, some]) => `${endpoint} ${some?.length ?? 0}`);
const checks = calls.filter(({ endpoint }) => QUESTIONS.has(endpoint)).length;
process.stdout.write(
  `${COUNT} schedules of a day at 20/s: ${told.join(", ")}; ${checks} calls that ask (${goalOf(checks, { is: "atMost", value: GOAL })})\n`,
);
await worker.stop();
await producer.close();
await sandbox.close();
await redis.stop();
