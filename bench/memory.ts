/**
 * `npm run bench:memory`: a worker with a heap of 512 MB delivers 2,500 todos of 225 KB, more than fit into it.
 * Prints the memory used, and ends with 1 if the worker died before the last one was proven.
 *
 * Once with payloads of one long text, and once with payloads of ten thousand fields, which take the most
 * memory when parsed.
 */
import { readFileSync } from "node:fs";
import { bida } from "./bida/contender.ts";
import { allChecked } from "./delivery-run.ts";
import { openBench, type Bench } from "./bench.ts";
import { inBatches, todos, type Todo } from "./todo.ts";
import { startWorker } from "./worker-process.ts";

const HEAP_MB = 512;
/** The default of an account. */
const CONCURRENCY = 50;
/** About as many as fit into one request. */
const BATCH = 9;
const BYTES = 225 * 1_024;
const FIELDS = 9_900;

const TURNS: readonly { readonly what: string; readonly count: number; readonly padding: unknown }[] = [
  { what: "one long text", count: 2_500, padding: "x".repeat(BYTES) },
  {
    what: "many fields",
    count: 500,
    padding: Object.fromEntries(Array.from({ length: FIELDS }, (_none, at) => [`field-${at}`, at])),
  },
];

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const bench = await openBench({ concurrency: CONCURRENCY });
try {
  for (const { what, count, padding } of TURNS) await deliver(what, { all: padded(count, padding), bench });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await bench.close();
}

function padded(count: number, note: unknown): Todo[] {
  return todos(count).map((todo) => ({ ...todo, note }));
}

async function deliver(
  what: string,
  { all, bench: { setting, platform, clear } }: { readonly all: readonly Todo[]; readonly bench: Bench },
): Promise<void> {
  await clear();
  const producer = await bida.openProducer(setting);
  try {
    for (const batch of inBatches([...all], BATCH)) await producer.accept(batch);
  } finally {
    await producer.close();
  }
  const worker = await startWorker(bida.workerFile, {
    setting,
    nodeFlags: [`--max-old-space-size=${HEAP_MB}`],
  });
  try {
    worker.go();
    const { sends, checks, firstSendAt, lastCheckAt } = await allChecked(platform, all.length);
    const seconds = ((lastCheckAt ?? 0) - (firstSendAt ?? 0)) / 1_000;
    const most = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${worker.pid}/status`, "utf8"))?.[1];
    process.stdout.write(
      `${what}: ${all.length} todos, ${sends} sends, ${checks} checks in ${seconds.toFixed(1)} s; the worker took ${Math.round(Number(most) / 1_024)} MB at most, on a heap of ${HEAP_MB}\n`,
    );
  } finally {
    await worker.stop();
  }
}
