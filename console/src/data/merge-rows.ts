/** What is shown stays in its order, renewed; what is gone from the list goes. Older rows may follow at the end. */
export function merge<T>(
  shown: readonly T[],
  { items, idOf }: { readonly items: readonly T[]; readonly idOf: (item: T) => string },
): { readonly rows: readonly T[]; readonly fresh: number } {
  const byId = new Map(items.map((item) => [idOf(item), item]));
  const known = new Set(shown.map(idOf));
  const kept = shown.flatMap((row) => byId.get(idOf(row)) ?? []);
  const lastKnown = items.findLastIndex((item) => known.has(idOf(item)));
  const older = lastKnown < 0 ? [] : items.slice(lastKnown + 1);
  return { rows: [...kept, ...older], fresh: items.length - kept.length - older.length };
}
