/**
 * Facts that were found out about an installation. They are valid for a day, because it may be upgraded, or the
 * finding may have been wrong. Hints where to ask first, never proof.
 */
import type { AccountAccess } from "../../account-access.ts";

const LASTS_MS = 24 * 3_600_000;

type Facts = Pick<AccountAccess, "recall" | "remember">;

export interface Fact {
  readonly value: string;
  /** Half of its time is over: a caller that sees it confirmed stores it again. */
  readonly isOld: boolean;
}

/** Null where nothing was found out, or more than a day ago. */
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
