/**
 * The secrets of a configuration, so that they can be struck out of a text.
 */
import { referencesOf, type Config } from "../config.ts";
import { isSecretField } from "./places.ts";

/** The values of secret fields and of references, and the passwords in URLs. */
export function secretsOf(config: Config): readonly string[] {
  const references = referencesOf(config);
  return fieldsOf(config, []).flatMap(({ field, value }) => {
    const passwords = passwordsOf(value);
    if (isSecretField(field)) return [value, ...passwords];
    return references.has(field) && passwords.length === 0 ? [value] : passwords;
  });
}

interface Field {
  readonly field: string;
  readonly value: string;
}

function fieldsOf(value: unknown, path: readonly string[]): readonly Field[] {
  if (typeof value === "string") return [{ field: path.join("."), value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, [...path, name]));
}

/** As it is written, and decoded. */
function passwordsOf(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { password } = new URL(text);
  return password === "" ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that stands for itself.
    return text;
  }
}
