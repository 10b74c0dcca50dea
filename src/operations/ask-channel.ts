/**
 * Calls a channel for a person who waits. A channel from outside may throw, or never return: the caller gets an
 * answer all the same.
 */
import { inTime } from "../waiting/waiting.ts";

type Answer<T> =
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "late" }
  | { readonly kind: "threw"; readonly error: unknown };

/** How long a channel has, after its signal aborts, to return what it knows. */
const GRACE_MS = 1_000;

/** @param ask gets a signal that aborts after `withinMs` */
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
