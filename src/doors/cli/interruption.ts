/**
 * Handles Ctrl-C while an action runs that would go on without the command.
 */
export interface Interruption {
  /** Aborted by the first Ctrl-C, which then does not end the process; a second one does. */
  readonly signal: AbortSignal;
  readonly forget: () => void;
}

export function untilInterrupted(process: NodeJS.EventEmitter): Interruption {
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.once("SIGINT", onSignal);
  return { signal: interrupted.signal, forget: () => void process.off("SIGINT", onSignal) };
}
