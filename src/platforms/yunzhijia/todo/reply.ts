/**
 * The envelope of every answer about todos. Read without a schema, which takes ten times as long: each delivery
 * has at least two of them.
 */
interface Reply {
  readonly success?: unknown;
  readonly error?: unknown;
  readonly errorCode?: unknown;
  readonly data?: unknown;
  readonly [field: string]: unknown;
}

/** Null if the value is not an object. */
export function fieldsOf(value: unknown): Reply | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Reply) : null;
}
