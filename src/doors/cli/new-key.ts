/**
 * Makes API keys. A key is shown once; the configuration has only its SHA-256.
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

export type NewKeyHolder =
  | { readonly name: string; readonly role: Exclude<Role, "producer"> }
  | { readonly name: string; readonly role: "producer"; readonly accounts: readonly string[] };

export function newKey(holder: NewKeyHolder, random: Buffer = randomBytes(32)): NewKey {
  const key = `bida_${random.toString("base64url")}`;
  const entry: KeyEntry = { ...holder, sha256: createHash("sha256").update(key).digest("hex") };
  return { key, entry, yaml: yamlOf(entry) };
}

/** Values are quoted: in YAML a digest of digits and one `e`, or an account `1e3`, would be a number. */
function yamlOf(entry: KeyEntry): string {
  const { name, role, sha256 } = entry;
  const accounts =
    entry.role === "producer" ? `, accounts: [${entry.accounts.map((one) => `"${one}"`).join(", ")}]` : "";
  return `- { name: "${name}", role: ${role}, sha256: "${sha256}"${accounts} }`;
}
