/**
 * Who makes a request. A producer sees only its own accounts, and does not learn that there are others.
 */

/**
 * What a key may do: a viewer reads everything but payloads, a producer uses the deliveries of its accounts, an
 * operator also acts on dead letters and accounts, an admin also on other people's sessions, and `metrics` only
 * reads metrics.
 */
export const ROLES = ["viewer", "producer", "operator", "admin", "metrics"] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** The name of the API key, or of the person at the command line. */
  readonly name: string;
  readonly role: Role;
  /** The accounts that it may access; null for all. */
  readonly accounts: readonly string[] | null;
  /** The address of the client; absent unless the request came over HTTP. */
  readonly from?: string | null;
}

/** Who acts, for the audit log. */
export function whoOf({ name, from = null }: Caller): { readonly by: string; readonly from: string | null } {
  return { by: name, from };
}

export function mayAccess({ accounts }: Caller, account: string): boolean {
  return accounts === null || accounts.includes(account);
}
