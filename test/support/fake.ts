/**
 * What a test needs of something, and no more. What it has is checked against the real type, so a signature that
 * changes is a type error in the test too; a cast would hide it.
 */
export function fake<T>(parts: Partial<T>): T {
  return parts as T;
}
