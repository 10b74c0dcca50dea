/**
 * Waits for what will happen, and says what was seen last if it does not.
 */
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;

/** Resolves with the first value of `look` that `isIt` accepts. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  isIt: (value: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (isIt(value)) return value;
    if (performance.now() > until) throw new Error(`it did not happen; last seen: ${JSON.stringify(value)}`);
    await sleep(POLL_MS);
  }
}
