/**
 * Runs a program of many parts until it ends or a person interrupts it.
 */
const INTERRUPTED = 130;

/**
 * Resolves with the exit status of `run`, or 130 where a signal ended it: `run` then throws, and has stopped what it
 * started.
 */
export async function interruptible(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await run(interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
