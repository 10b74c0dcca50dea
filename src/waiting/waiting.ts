/**
 * Time limits for work that may never end: a command hangs for as long as Redis or a database is away.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** What `work` resolves to, or `late` after `ms`; a failure after that is ignored. */
export async function inTime<Result, Late>(
  work: Promise<Result>,
  { ms, late }: { readonly ms: number; readonly late: Late },
): Promise<Result | Late> {
  // One promise and one timer only, because every request waits like this.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, late);
    const end = (): void => clearTimeout(timer);
    work.then(resolve, reject);
    work.then(end, end);
  });
}

/** Resolves when `work` does, or after `ms`. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  await inTime(work, { ms, late: undefined });
}

/** Waits for `ms`, or until `leaving` aborts. */
export async function pause(ms: number, leaving: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: leaving }).catch((error: unknown) => {
    if (!leaving.aborted) throw error;
  });
}

/** The result of `work`, which may never end. Rejects when the signal aborts. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** The results of all values, as a promise only if one of them is a promise. */
export function allOf<T>(values: readonly (T | Promise<T>)[]): readonly T[] | Promise<readonly T[]> {
  if (!values.some((value) => value instanceof Promise)) return values as readonly T[];
  return Promise.all(values.map((value) => Promise.resolve(value)));
}
