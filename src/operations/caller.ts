/**
 * Who asks. A producer sees its own accounts and nothing else, not even that there are others.
 */
export interface Caller {
  /** The name of the API key, or of the person at the command line. */
  readonly name: string;
  readonly role: "producer" | "operator";
  /** Null for all. */
  readonly accounts: readonly string[] | null;
}

export function sees({ accounts }: Caller, account: string): boolean {
  return accounts === null || accounts.includes(account);
}
