/** What was thrown, in words. Anything can be. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? withoutArguments(error.message) : String(error);
}

export function nameAndMessageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error);
}

/** Redis quotes the arguments of a command that it does not know, and a payload may be among them. */
function withoutArguments(message: string): string {
  return message.replace(/, with args beginning with: .*/s, "");
}

/** A platform's refusal in one text; some refuse without a word. */
export function refusalText({ code, text }: { readonly code: string; readonly text: string }): string {
  return text.trim() === "" ? code : `${code}: ${text}`;
}
