/**
 * Runs a mirror's rounds one after the other, with a pause between them, until it is to stop.
 */
import { nameAndMessageOf } from "../../delivery/error-words.ts";
import { pause } from "../../waiting/in-time.ts";
import { runMirrorRound } from "./mirror-round.ts";
import type { Mirror } from "./ports.ts";

interface Pace {
  readonly everyMs: number;
  /** Whether it is this process' turn: one of the fleet reads the lists, so that they are asked for once. */
  readonly isOurs: () => Promise<boolean>;
  /** Brings the clock of `mirror.runtime` up to date. */
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
      // Redis went away during the round: what was acknowledged stays, and the next round does the rest.
      const detail = nameAndMessageOf(error);
      mirror.runtime.emit({ event: "mirror.failed", account: mirror.from.name, to: mirror.to, detail });
    }
    await pause(pauseMs, stopping);
  }
}
