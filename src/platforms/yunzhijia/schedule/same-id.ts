/**
 * Whether two ids name one person. The documents do not say whether the platform tells ids apart that differ only in
 * case, and some databases and gateways give them back in another case: exact ids come first, then such ones.
 */
export function idKey(id: string): string {
  return id.trim().toLowerCase();
}

export function isSameId(shown: string | null, sent: string): boolean {
  return shown !== null && idKey(shown) === idKey(sent);
}

/** The entry of this person: the one with exactly this id, or else one that differs in case. */
export function entryOfPerson<Entry extends { readonly openid: string | null }>(
  entries: readonly Entry[],
  person: string,
): Entry | null {
  const exact = entries.find(({ openid }) => openid === person);
  return exact ?? entries.find(({ openid }) => isSameId(openid, person)) ?? null;
}
