/**
 * The envelope of every answer about todos, read by hand: each delivery has two of them at least, and a schema takes
 * ten times as long.
 */
interface Reply {
  readonly success?: unknown;
  readonly error?: unknown;
  readonly errorCode?: unknown;
  readonly data?: unknown;
  readonly [field: string]: unknown;
}

/** Null for what is no object. */
export function fieldsOf(value: unknown): Reply | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Reply) : null;
}
