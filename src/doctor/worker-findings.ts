/**
 * Whether somebody sends and confirms: without a worker nothing is broken, and nothing happens.
 */
import type { SeenWorker } from "../operations/workers.ts";
import { say } from "../language/say.ts";
import { ok, warning, type Finding } from "./finding.ts";

/** @param seen the processes that say that they run */
export function workerFindings(
  seen: readonly Pick<SeenWorker, "role" | "host" | "pid" | "reasons">[],
): Finding[] {
  const about = say("workers");
  const hampered = seen
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ role, host, pid, reasons }) =>
      warning({
        about,
        found: say("{role} on {host}, process {pid}, is not ready: {why}", {
          role,
          host,
          pid,
          why: reasons.join("; "),
        }),
        mend: say("If it stays so, look into its log."),
      }),
    );
  const delivering = seen.filter(({ role }) => role === "delivery").length;
  if (delivering === 0)
    return [
      ...hampered,
      warning({
        about,
        found: say("nobody sends and confirms: what is acknowledged waits"),
        mend: say("Start a worker: bida worker"),
      }),
    ];
  const found =
    delivering === 1
      ? say("one process sends and confirms")
      : say("{count} processes send and confirm", { count: delivering });
  return [...hampered, ok(about, found)];
}
