/**
 * Reports a failure in this process: Redis is away, or there is a bug. The work is due again when its lease
 * runs out.
 */
import { nameAndMessageOf } from "../delivery/error-words.ts";
import type { AccountContext } from "./account-context.ts";

interface Failure {
  /** What was being done: "a check". */
  readonly where: string;
  readonly error: unknown;
  /** The delivery, where it is known. */
  readonly id?: string | undefined;
}

export interface TellsOfBugs {
  readonly account: Pick<AccountContext["account"], "name">;
  readonly runtime: Pick<AccountContext["runtime"], "emit">;
}

export function emitFailure(failure: Failure, context: AccountContext): void {
  const { runtime } = context;
  if (runtime.isAway(failure.error))
    runtime.emit({ event: "redis.failed", detail: nameAndMessageOf(failure.error) });
  else emitBug(failure, context);
}

export function emitBug({ where, error, id }: Failure, { account, runtime }: TellsOfBugs): void {
  const detail = nameAndMessageOf(error);
  runtime.emit({ event: "bug", where, account: account.name, id: id ?? null, detail });
}
