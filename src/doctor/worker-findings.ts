/**
 * Whether a worker runs: without one nothing is broken, but nothing is delivered. And whether all processes
 * have read the present configuration: a process that refused it keeps the one before.
 */
import type { SeenWorker } from "../operations/workers.ts";
import { say } from "../language/say.ts";
import { ok, warning, type Finding } from "./finding.ts";

type Seen = Pick<SeenWorker, "role" | "host" | "pid" | "reasons" | "configDigest">;

/**
 * @param seen the processes that have reported lately
 * @param digest digest of the configuration that doctor uses
 */
export function workerFindings(seen: readonly Seen[], digest: string): Finding[] {
  return [...readyFindings(seen), ...otherConfigFindings(seen, digest)];
}

const NAMED_AT_MOST = 3;

function otherConfigFindings(seen: readonly Seen[], digest: string): Finding[] {
  const others = seen.filter(({ configDigest }) => configDigest !== digest);
  if (others.length === 0) return [];
  const names = others.slice(0, NAMED_AT_MOST).map(({ role, host, pid }) => `${role} ${host} ${pid}`);
  const named = `${names.join(", ")}${others.length > names.length ? ", …" : ""}`;
  const found =
    others.length === 1
      ? say("one process runs with another configuration than this one: {names}", { names: named })
      : say("{count} processes run with another configuration than this one: {names}", {
          count: others.length,
          names: named,
        });
  const mend = say(
    "Let them read it (SIGHUP, or a restart); why a process refuses it is in its log, as config.refused.",
  );
  return [warning({ about: say("workers"), found, mend })];
}

function readyFindings(seen: readonly Seen[]): Finding[] {
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
        found: say("no worker sends and confirms: acknowledged deliveries wait"),
        mend: say("Start a worker: bida worker"),
      }),
    ];
  const found =
    delivering === 1
      ? say("one process sends and confirms")
      : say("{count} processes send and confirm", { count: delivering });
  return [...hampered, ok(about, found)];
}
