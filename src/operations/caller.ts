/**
 * Who asks. A producer sees its own accounts and nothing else, not even that there are others.
 */

/**
 * What a key is for: a viewer looks and sees no payload, a producer has its accounts' deliveries, an operator
 * acts on everything, an admin also on other people's sessions, and metrics are for who collects them.
 */
export const ROLES = ["viewer", "producer", "operator", "admin", "metrics"] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** The name of the API key, or of the person at the command line. */
  readonly name: string;
  readonly role: Role;
  /** Null for all. */
  readonly accounts: readonly string[] | null;
  /** The address that it asks from; absent where nobody asks over HTTP. */
  readonly from?: string | null;
}

/** Whose act it is, for the audit. */
export function whoOf({ name, from = null }: Caller): { readonly by: string; readonly from: string | null } {
  return { by: name, from };
}

export function mayAccess({ accounts }: Caller, account: string): boolean {
  return accounts === null || accounts.includes(account);
}
