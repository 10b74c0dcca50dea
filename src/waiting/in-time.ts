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
