/** The results of all values, as a promise only if one of them is a promise. */
export function allOf<T>(values: readonly (T | Promise<T>)[]): readonly T[] | Promise<readonly T[]> {
  if (!values.some((value) => value instanceof Promise)) return values as readonly T[];
  return Promise.all(values.map((value) => Promise.resolve(value)));
}
