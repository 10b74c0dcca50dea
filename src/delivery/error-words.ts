/** The message of whatever was thrown: an Error, or any other value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? withoutArguments(error.message) : String(error);
}

export function nameAndMessageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error);
}

/** For a command that it does not know, Redis quotes the arguments; a payload may be among them. */
function withoutArguments(message: string): string {
  return message.replace(/, with args beginning with: .*/s, "");
}

/** A platform's refusal as one text; some platforms refuse with a code alone. */
export function refusalText({ code, text }: { readonly code: string; readonly text: string }): string {
  return text.trim() === "" ? code : `${code}: ${text}`;
}
