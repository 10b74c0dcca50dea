import { openStage } from "/work/wt/engine/bench/stage.ts";
import { bida } from "/work/wt/engine/bench/bida/contender.ts";
import { startWorker } from "/work/wt/engine/bench/worker-process.ts";
import { todos, inBatches } from "/work/wt/engine/bench/todo.ts";
const n = Number(process.argv[2] ?? "4000");
const flags = process.argv[3] ? ["--cpu-prof", `--cpu-prof-dir=${process.argv[3]}`] : [];
const stage = await openStage({ concurrency: 200 } as never);
await stage.clear();
const show = async (label: string) => {
  const text = await stage.redis.info("commandstats");
  const rows = [...text.matchAll(/cmdstat_(\S+?):calls=(\d+),usec=(\d+)/g)].map(([, c, k, u]) => [c, Number(k) / n, Number(u) / n] as const).sort((a, b) => b[2] - a[2]);
  console.log(label, rows.slice(0, 22).map(([c, k, u]) => `${c} ${k.toFixed(2)} ${u.toFixed(1)}us`).join(" | "));
  await stage.redis.config("RESETSTAT");
};
await stage.redis.config("RESETSTAT");
const p = await bida.openProducer(stage.setting);
const t0 = performance.now(); const c0 = process.cpuUsage();
for (const b of inBatches(todos(n), 500)) await p.accept(b);
const c1 = process.cpuUsage(c0);
console.log("accept/s", n / ((performance.now() - t0) / 1000), "producer cpu us", (c1.user + c1.system) / n);
await p.close();
await show("accept:");
const kinds = new Map<string, number>();
for (const k of await stage.redis.keys("*")) {
  const kind = k.replace(/^bida:\{bench\}:/, "").replace(/^([a-z]+):.*/, "$1:").slice(0, 20);
  kinds.set(kind, (kinds.get(kind) ?? 0) + Number(await stage.redis.call("MEMORY", "USAGE", k, "SAMPLES", "0")));
}
const byKind = () => [...kinds].map(([k, b]) => `${k} ${(b / n).toFixed(0)}`).join(" | ");
console.log("memory waiting:", byKind());
const w = await startWorker(bida.workerFile, stage.setting, flags);
w.go();
for (;;) { const c = await stage.platform.count(); if (c.checks >= n) break; await new Promise((r) => setTimeout(r, 100)); }
await new Promise((r) => setTimeout(r, 500));
await show("deliver:");
kinds.clear();
for (const k of await stage.redis.keys("*")) {
  const kind = k.replace(/^bida:\{bench\}:/, "").replace(/^([a-z]+):.*/, "$1:").slice(0, 20);
  kinds.set(kind, (kinds.get(kind) ?? 0) + Number(await stage.redis.call("MEMORY", "USAGE", k, "SAMPLES", "0")));
}
console.log("memory confirmed:", byKind());
const one = (await stage.redis.keys("bida:{bench}:d:*"))[0] ?? "";
console.log(one, await stage.redis.hgetall(one));
await w.stop();
await stage.close();
