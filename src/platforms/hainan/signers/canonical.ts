/**
 * Parameters in the form that the published signatures require: `k=v`, not encoded, sorted by name and then by
 * value, joined by `&`.
 */
export type Parameter = readonly [name: string, value: string];

export function canonical(parameters: readonly Parameter[]): string {
  return parameters
    .toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** By UTF-16 units, as Java's strings are compared: a locale would order them differently. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
