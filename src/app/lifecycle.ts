/**
 * The end of every process of Bida.
 *
 * The first SIGTERM or SIGINT makes the process stop in order, a second ends it at once. Whatever hangs, it has
 * ended after 25 s, because supervisors kill after 30 s. A process that npm started also stops when npm is
 * gone, because a shell that is killed passes no signal on. A process with a fault that nobody caught ends at once.
 */
import { readFileSync } from "node:fs";
import { startedByNpm } from "../config/environment.ts";

export interface Leaving {
  /** Aborts when the process is to stop. */
  readonly signal: AbortSignal;
  /** Resolves at the same time. */
  readonly begun: Promise<void>;
  /** Stops listening to signals: the process ends by itself, or goes on with something else. */
  forget(): void;
}

export const LEAVE_WITHIN_MS = 25_000;
const LOOK_FOR_PARENT_MS = 500;

export function leavingOnSignal(names: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"]): Leaving {
  const ending = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timers: NodeJS.Timeout[] = [];
  const leave = (): void => {
    if (ending.signal.aborted) return;
    timers.push(setTimeout(giveUp, LEAVE_WITHIN_MS).unref());
    ending.abort();
    resolve();
  };
  const onSignal = (): void => {
    if (ending.signal.aborted) process.exit(1);
    leave();
  };
  for (const name of names) process.on(name, onSignal);
  if (startedByNpm()) timers.push(whenOrphaned(leave));
  return {
    signal: ending.signal,
    begun: promise,
    forget: () => {
      for (const name of names) process.off(name, onSignal);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

type Say = (error: unknown) => void;

let sayItsEnd: Say | null = null;

/**
 * From now on a fault that nobody caught is told once, and ends the process with exit status 1. Nothing is drained,
 * because nobody knows what still works: others take over what it had leased, as after a kill.
 *
 * @param say takes the place of an earlier one
 */
export function endOnCrash(say: Say): void {
  // A rejection that nobody handles comes here too.
  if (sayItsEnd === null) process.on("uncaughtException", crash);
  sayItsEnd = say;
}

function crash(error: unknown): void {
  try {
    sayItsEnd?.(error);
  } finally {
    process.exit(1);
  }
}

/** The stack without the message, which may have several lines; one line for each call. */
export function placesOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const places = lines.filter((line) => /^\s+at /.test(line));
  return places.map((line) => line.trim()).join("\n");
}

function giveUp(): void {
  process.stderr.write(
    `Not everything has stopped within ${LEAVE_WITHIN_MS / 1_000} s; leaving all the same. Nothing is lost: ` +
      "another worker finds what was in flight.\n",
  );
  process.exit(1);
}

/** npm may have started a shell in between, which outlives npm. */
function whenOrphaned(act: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  const above = isShell(parent) ? parentOf(parent) : null;
  return setInterval(() => {
    if (process.ppid !== parent || (above !== null && parentOf(parent) !== above)) act();
  }, LOOK_FOR_PARENT_MS).unref();
}

function isShell(pid: number): boolean {
  return /^(ba|da|z|k)?sh$/.test(statusOf(pid)?.name ?? "");
}

function parentOf(pid: number): number | null {
  return statusOf(pid)?.parent ?? null;
}

/** From Linux' /proc; null elsewhere. */
function statusOf(pid: number): { readonly name: string; readonly parent: number } | null {
  try {
    const [, name = "", parent] =
      /^\d+ \((.*)\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    // No such process, or no such system.
    return null;
  }
}
