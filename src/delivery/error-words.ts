/** What was thrown, in words. Anything can be. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function nameAndMessageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A platform's refusal in one text; some refuse without a word. */
export function refusalText({ code, text }: { readonly code: string; readonly text: string }): string {
  return text.trim() === "" ? code : `${code}: ${text}`;
}
