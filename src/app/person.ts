/**
 * The name, for the audit, of the person who runs commands directly on Redis.
 */
import { userInfo } from "node:os";

/** In a container the user may be a number without a name; reading the name then throws. */
export function personAtTerminal(
  read: () => { readonly username: string } = userInfo,
  uid: number | null = process.getuid?.() ?? null,
): string {
  try {
    return `${read().username} at the command line`;
  } catch {
    return uid === null ? "somebody at the command line" : `user ${uid} at the command line`;
  }
}
