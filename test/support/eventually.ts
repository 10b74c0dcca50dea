/**
 * Waits until something happens; if it does not, the error names the value seen last.
 */
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
/** Only something that hangs takes this long, even on a busy machine. */
const HANGS_AFTER_MS = 60_000;

/** Resolves with the first value of `look` that `isIt` accepts; fails after a minute. */
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
