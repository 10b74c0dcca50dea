/**
 * The sandbox as a process. Says on stdout where it listens, in one line of JSON.
 */
import { parseArgs } from "node:util";
import { startSandbox } from "../sandbox/server.ts";

export async function runSandboxProcess(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      "time-scale": { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      readings: { type: "boolean", default: false },
    },
  });
  const sandbox = await startSandbox({
    port: Number(values.port),
    host: values.host,
    timeScale: Number(values["time-scale"]),
    seed: Number(values.seed),
    readings: values.readings ? "bySeed" : "default",
  });
  process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);
  const leave = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", leave);
  process.once("SIGINT", leave);
}
