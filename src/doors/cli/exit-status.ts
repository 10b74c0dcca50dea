/**
 * The exit statuses of commands (ARCHITECTURE section 9).
 */
import { BidaError, NotFinished } from "../client/errors.ts";

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  partly: 5,
  interrupted: 130,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The command line, or a file that it names, is not valid. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function exitStatusOf(error: unknown): ExitStatus {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof NotFinished || !(error instanceof BidaError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.notAllowed;
  return error.status === 404 ? EXIT.notFound : EXIT.failed;
}

/** The exit status of several acts: all, some or none of them succeeded. */
export function exitStatusOfMany(fates: readonly ExitStatus[]): ExitStatus {
  const done = fates.filter((fate) => fate === EXIT.ok).length;
  if (done === fates.length) return EXIT.ok;
  if (done > 0) return EXIT.partly;
  const [first = EXIT.failed] = fates;
  return fates.every((fate) => fate === first) ? first : EXIT.failed;
}
