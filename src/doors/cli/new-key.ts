/**
 * API keys: made here, shown once, and known to Bida by their SHA-256 alone.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Role } from "../../operations/caller.ts";

export interface NewKey {
  readonly key: string;
  /** The line for `api.keys` of the configuration. */
  readonly yaml: string;
  readonly entry: KeyEntry;
}

type KeyEntry =
  | { readonly name: string; readonly role: Exclude<Role, "producer">; readonly sha256: string }
  | {
      readonly name: string;
      readonly role: "producer";
      readonly sha256: string;
      readonly accounts: readonly string[];
    };

export type KeyHolder =
  | { readonly name: string; readonly role: Exclude<Role, "producer"> }
  | { readonly name: string; readonly role: "producer"; readonly accounts: readonly string[] };

export function newKey(holder: KeyHolder, random: Buffer = randomBytes(32)): NewKey {
  const key = `bida_${random.toString("base64url")}`;
  const entry: KeyEntry = { ...holder, sha256: createHash("sha256").update(key).digest("hex") };
  return { key, entry, yaml: yamlOf(entry) };
}

/** Quoted: a digest of digits and one `e` would be a number in YAML, and so would an account `1e3`. */
function yamlOf(entry: KeyEntry): string {
  const { name, role, sha256 } = entry;
  const accounts =
    entry.role === "producer" ? `, accounts: [${entry.accounts.map((one) => `"${one}"`).join(", ")}]` : "";
  return `- { name: "${name}", role: ${role}, sha256: "${sha256}"${accounts} }`;
}
