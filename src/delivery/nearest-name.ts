/**
 * Suggests a known name for an unknown one.
 */

/** The name that is nearest to what was written; null if none is near. */
export function nearestName(written: string, names: readonly string[]): string | null {
  const most = Math.ceil(written.length / 3);
  const [nearest] = names
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .toSorted((a, b) => a.far - b.far);
  return nearest?.name ?? null;
}

/** The edit distance: how many characters must be inserted, removed, changed, or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = at(row, j - 1) + (isSame ? 0 : 1);
      const swapped = at(before, j - 2) + (isSwap ? 1 : Number.POSITIVE_INFINITY);
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return at(row, b.length);
}

/** Infinity outside the table. */
function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
