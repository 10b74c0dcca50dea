/**
 * Asks a channel what a person wants to know now. A channel from outside may throw, or never return: whoever asked gets
 * an answer all the same.
 */
import { inTime } from "../waiting/in-time.ts";

type Answer<T> =
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "late" }
  | { readonly kind: "threw"; readonly error: unknown };

/** A channel that obeys its signal has this long to return what it knows. */
const GRACE_MS = 1_000;

/** @param ask is given a signal that aborts after `withinMs` */
export async function askChannel<T>(
  withinMs: number,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answered = async (): Promise<Answer<T>> => ({ kind: "answered", value: await ask(signal) });
    return await inTime(answered(), { ms: withinMs + GRACE_MS, late: { kind: "late" } });
  } catch (error) {
    return signal.aborted ? { kind: "late" } : { kind: "threw", error };
  }
}
