/**
 * The sandbox as a process. It prints its address to stdout, as one line of JSON.
 */
import { parseArgs } from "node:util";
import { ConfigError } from "../config/config-error.ts";
import { leavingOnSignal } from "./lifecycle.ts";
import { explainListening } from "./listen.ts";
import { startSandbox, type Sandbox } from "../sandbox/server.ts";

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
  const leaving = leavingOnSignal();
  const where = { port: Number(values.port), host: values.host };
  let sandbox: Sandbox;
  try {
    const [timeScale, seed] = [Number(values["time-scale"]), Number(values.seed)];
    const readings = values.readings ? "bySeed" : "default";
    sandbox = await startSandbox({ ...where, timeScale, seed, readings });
  } catch (error) {
    const told = explainListening("--port", { address: where, error });
    if (!(told instanceof ConfigError)) throw told;
    leaving.forget();
    process.stderr.write(`${told.message}\n`);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(`${JSON.stringify({ listening: sandbox.url })}\n`);
  await leaving.begun;
  await sandbox.close();
  process.exit(0);
}
