/**
 * The intake as a process, on the clock of the chaos program.
 */
import "../../src/app/require-node.ts";

const { startIntake } = await import("../../src/app/intake.ts");
const { runWorkerProcess } = await import("../../src/app/worker-process.ts");
const { CHAOS_TUNING } = await import("./pace.ts");

/** Orders held by a killed intake are taken over this soon, because a run lasts only seconds. */
const IDLE_MS = 2_000;

await runWorkerProcess("intake", {
  args: process.argv.slice(2),
  start: async (config, { telemetry: { log, emit } }) =>
    startIntake({
      config,
      emit,
      warn: (warning) => log.warn(warning),
      tuning: CHAOS_TUNING,
      idleMs: IDLE_MS,
    }),
});
