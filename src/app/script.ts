/**
 * Runs a script of `workers/`: `--help` prints what `bida NAME --help` prints, and an unknown flag is refused in one
 * sentence.
 */
import type { ProcessName } from "../doors/cli/environment.ts";
import { endOnCrash } from "./lifecycle.ts";
import { sayCrash } from "./say-crash.ts";

export async function runScript(
  name: ProcessName,
  run: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  endOnCrash(sayCrash);
  const args = process.argv.slice(2);
  if (args.some((arg) => arg === "--help" || arg === "-h")) {
    const { bida } = await import("./cli.ts");
    process.exitCode = (await bida([name, "--help"])) ?? 0;
    return;
  }
  try {
    await run(args);
  } catch (error) {
    const isFlag =
      error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    if (!isFlag) throw error;
    process.stderr.write(`${error.message.split(". ")[0] ?? ""}; see --help\n`);
    process.exitCode = 2;
  }
}
