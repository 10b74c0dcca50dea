/**
 * Whether the periodic work of the fleet is done (docs/adr/0007-periodic-work-is-a-turn.md). If no process runs
 * that would take the turn, nothing else shows it.
 */
import { say } from "../language/say.ts";
import { RETENTION_EVERY_MS } from "../queue/retention.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { turnOfMirror, turnOfRetention, turnTakenAgo } from "../storage/turn.ts";
import type { Config } from "../config/config.ts";
import { lasting, warning, type Finding } from "./finding.ts";

/** How many intervals may be missed: a long round, or a change of the owner, takes some. */
const INTERVALS_MISSED = 10;
const SHORTEST_GAP_MS = 600_000;

function isMissed(agoMs: number, everyMs: number): boolean {
  return agoMs > Math.max(SHORTEST_GAP_MS, everyMs * INTERVALS_MISSED);
}

export async function turnFindings(redis: ScriptedRedis, config: Config): Promise<Finding[]> {
  const { prefix } = config.redis;
  const retentions = Object.keys(config.accounts).map(async (account) =>
    retentionFinding(account, await turnTakenAgo({ prefix, what: turnOfRetention(account) }, redis)),
  );
  const mirrors = config.mirrors.map(async (mirror) =>
    mirrorFinding(mirror, await turnTakenAgo({ prefix, what: turnOfMirror(mirror) }, redis)),
  );
  const findings = await Promise.all([...retentions, ...mirrors]);
  return findings.filter((finding) => finding !== null);
}

/**
 * Null where no worker has run yet, because there is nothing to delete.
 *
 * @param agoMs how long ago the turn was taken; null if nobody took it in the last month
 */
export function retentionFinding(account: string, agoMs: number | null): Finding | null {
  if (agoMs === null || !isMissed(agoMs, RETENTION_EVERY_MS)) return null;
  return warning({
    about: say("account {account}", { account }),
    found: say("for {time} no process has trimmed or deleted ended deliveries, so they fill Redis", {
      time: lasting(agoMs),
    }),
    mend: say("Start a worker (bida worker), or look into the log of the one that runs."),
  });
}

export function mirrorFinding(
  { from, to, everySeconds }: Pick<Config["mirrors"][number], "from" | "to" | "everySeconds">,
  agoMs: number | null,
): Finding | null {
  if (agoMs !== null && !isMissed(agoMs, everySeconds * 1_000)) return null;
  return warning({
    about: say("mirror from {from} to {to}", { from, to }),
    found:
      agoMs === null
        ? say("no process has looked for new messages yet")
        : say("no process has looked for new messages for {time}", { time: lasting(agoMs) }),
    mend: say("Start bida mirror, or look into the log of the one that runs."),
  });
}
