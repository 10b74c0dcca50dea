/**
 * Which role may do what, in one table. Each call of the contract names a row of it, the server enforces it,
 * and /docs and docs/api-roles.md show it.
 */
import { ROLES, type Role } from "../../operations/caller.ts";

export const ACCESS = {
  /** Needs no key. */
  public: ROLES,
  anybody: ROLES,
  /** A producer sees only its own accounts. */
  reader: ["viewer", "producer", "operator", "admin"],
  viewer: ["viewer", "operator", "admin"],
  producer: ["producer", "operator", "admin"],
  operator: ["operator", "admin"],
  admin: ["admin"],
  metrics: ["metrics", "operator", "admin"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Access = keyof typeof ACCESS;

export function may(role: Role, access: Access): boolean {
  const roles: readonly Role[] = ACCESS[access];
  return roles.includes(role);
}

/** A part of an answer that only some of the callers may see. */
export interface Withheld {
  /** The value of `include` that asks for it. */
  readonly include: string;
  readonly role: Access;
}

/** Whether a query asks for the withheld part. */
export function asksForWithheld(
  withheld: Withheld | undefined,
  { query, role }: { readonly query: unknown; readonly role: Role },
): boolean {
  if (withheld === undefined || may(role, withheld.role)) return false;
  const { include } = query as { include?: string | readonly string[] };
  return [include ?? []].flat().includes(withheld.include);
}
