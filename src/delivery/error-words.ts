/** What was thrown, in words. Anything can be. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function nameAndMessageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
