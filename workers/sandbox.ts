import "../src/app/require-node.ts";

/**
 * The sandbox as a process: pretend platforms on one port.
 * Prints one JSON line when it listens; ends on SIGTERM and SIGINT.
 */
const { parseArgs } = await import("node:util");
const { startSandbox } = await import("../src/sandbox/server.ts");

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    "time-scale": { type: "string", default: "1" },
    seed: { type: "string", default: "bida" },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  timeScale: Number(values["time-scale"]),
  seed: values.seed,
});
process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void sandbox.close());
}
