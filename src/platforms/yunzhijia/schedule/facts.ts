/**
 * What was found out about an installation, for a day: it may be upgraded, and what was learned may have been
 * wrong. A hint where to ask first, never a proof.
 */
import type { AccountAccess } from "../../account-access.ts";

const LASTS_MS = 24 * 3_600_000;

type Facts = Pick<AccountAccess, "recall" | "remember">;

export interface Fact {
  readonly value: string;
  /** Half of its time is over: who sees it confirmed says so again. */
  readonly isOld: boolean;
}

/** Null where nothing was found out, or too long ago. */
export async function recallFact(
  account: Facts,
  { name, now }: { readonly name: string; readonly now: number },
): Promise<Fact | null> {
  const [value = "", at = ""] = (await account.recall(name))?.split("@") ?? [];
  const ageMs = Math.abs(now - Number(at));
  if (value === "" || at === "" || !(ageMs < LASTS_MS)) return null;
  return { value, isOld: ageMs > LASTS_MS / 2 };
}

export async function rememberFact(
  account: Facts,
  { name, value, now }: { readonly name: string; readonly value: string; readonly now: number },
): Promise<void> {
  await account.remember(name, `${value}@${Math.round(now)}`);
}
