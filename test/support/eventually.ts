/**
 * Waits for what will happen, and says what was seen last if it does not.
 */
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
/** Only what hangs takes so long, also on a machine that is busy with something else. */
const HANGS_AFTER_MS = 60_000;

/** Resolves with the first value of `look` that `isIt` accepts. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isIt: (value: T) => boolean,
  withinMs = HANGS_AFTER_MS,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (isIt(value)) return value;
    if (performance.now() > until) throw new Error(`it did not happen; last seen: ${JSON.stringify(value)}`);
    await sleep(POLL_MS);
  }
}
