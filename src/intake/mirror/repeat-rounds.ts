/**
 * Runs a mirror's rounds one after the other, with a pause between them, until it is to stop.
 */
import { nameAndMessageOf } from "../../delivery/error-words.ts";
import { pause } from "../../waiting/waiting.ts";
import { runMirrorRound } from "./mirror-round.ts";
import type { Mirror } from "./ports.ts";

interface Pace {
  readonly everyMs: number;
  /** Whether this process has the turn, so that only one process of the fleet reads the lists. */
  readonly isOurs: () => Promise<boolean>;
  /** Updates the clock of `mirror.runtime`. */
  readonly calibrate: () => Promise<void>;
  /** Aborts the pause between two rounds. */
  readonly stopping: AbortSignal;
  /** Aborts the calls of a round. */
  readonly aborting: AbortSignal;
}

export async function repeatRounds(mirror: Mirror, pace: Pace): Promise<void> {
  const { everyMs, isOurs, calibrate, stopping, aborting } = pace;
  while (!stopping.aborted) {
    let pauseMs = everyMs;
    try {
      await calibrate();
      if (await isOurs()) pauseMs = Math.max(everyMs, (await runMirrorRound(mirror, aborting)) ?? 0);
    } catch (error) {
      // For example Redis went away during the round: acknowledged orders stay, and the next round does the
      // rest.
      const detail = nameAndMessageOf(error);
      mirror.runtime.emit({ event: "mirror.failed", account: mirror.from.name, to: mirror.to, detail });
    }
    await pause(pauseMs, stopping);
  }
}
