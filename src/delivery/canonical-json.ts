/**
 * The canonical form of a JSON value, for digests (DESIGN section 6): keys sorted, strings decoded, each
 * number its source text where the value still holds it (`JSON.rawJSON`), no white space.
 *
 * So 9007199254740993 and 9007199254740992 are two values, though JavaScript has one number for both.
 */
export function canonicalJson(value: unknown): string {
  if (isRaw(value)) return value.rawJSON;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return canonicalJson(value.toJSON());
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`);
  return `{${fields.join(",")}}`;
}

/** A number as it was written, kept by a reviver that saw its source text. */
function isRaw(value: unknown): value is { readonly rawJSON: string } {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}
