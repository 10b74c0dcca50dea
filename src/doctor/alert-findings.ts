/**
 * Whether alerts reach their receivers: nothing else shows that a robot accepts no messages.
 */
import type { AlertMemory } from "../alerts/watch.ts";
import type { Config } from "../config/config.ts";
import { say } from "../language/say.ts";
import { AlertStore } from "../storage/alert-store.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { turnOfAlerts, turnTakenAgo } from "../storage/turn.ts";
import { receiversOf } from "../app/alerts.ts";
import { lasting, ok, warning, type Finding } from "./finding.ts";

/** How many looks may be missed; a process keeps its turn for several. */
const LOOKS_MISSED = 10;
const SHORTEST_GAP_MS = 600_000;

export async function alertFindings(
  redis: ScriptedRedis,
  { alerts, redis: { prefix } }: Config,
): Promise<Finding[]> {
  if (alerts === undefined) return [];
  const [memory, lookedAgo] = await Promise.all([
    new AlertStore(redis, prefix).read(),
    turnTakenAgo({ prefix, what: turnOfAlerts }, redis),
  ]);
  const about = say("alerts");
  if (lookedAgo === null || lookedAgo > Math.max(SHORTEST_GAP_MS, alerts.every * LOOKS_MISSED))
    return [nobodyLooks(about, lookedAgo)];
  const names = receiversOf(alerts).map(({ name }) => name);
  const refused = refusingFindings(names, memory);
  return refused.length > 0
    ? refused
    : [ok(about, say("are sent to {receivers}", { receivers: names.join(", ") }))];
}

function nobodyLooks(about: string, agoMs: number | null): Finding {
  return warning({
    about,
    found:
      agoMs === null
        ? say("no process has checked yet whether there is something to report")
        : say("for {time} no process has checked whether there is something to report", {
            time: lasting(agoMs),
          }),
    mend: say("Start a worker (bida worker), or look into the log of the one that runs."),
  });
}

/** @param receivers the names of the configured receivers */
export function refusingFindings(receivers: readonly string[], memory: AlertMemory | null): Finding[] {
  return receivers.flatMap((receiver) => {
    const refusal = memory?.refusals?.[receiver];
    if (refusal === undefined) return [];
    return [
      warning({
        about: say("alerts"),
        found: say("{receiver} did not accept its last message: {why}", { receiver, why: refusal.detail }),
        mend: say(
          "Compare its url and secret in alerts.to with the robot's settings, which must allow the keyword Bida and this machine's address.",
        ),
      }),
    ];
  });
}
