/**
 * Accounts on all platforms that the sandbox plays, as YAML, for `bida up` and the demo. The built-in
 * credentials of the sandbox are no secrets.
 */
import { stringify } from "yaml";
import { allPlatforms } from "../platforms/registry.ts";

/** The names of those accounts. */
export const SANDBOX_ACCOUNTS: readonly string[] = allPlatforms().flatMap(({ sandbox }) =>
  sandbox === undefined ? [] : [sandbox.account],
);

export function sandboxAccounts(sandboxUrl: string): string {
  const accounts = allPlatforms().flatMap(({ name, sandbox }) => {
    if (sandbox === undefined) return [];
    return [[sandbox.account, { platform: name, allowHttp: true, ...sandbox.fields(sandboxUrl) }]];
  });
  return stringify({ accounts: Object.fromEntries(accounts) as object });
}
