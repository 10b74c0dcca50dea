/**
 * JSON whose numbers keep their digits: what a JavaScript number cannot hold stays as its text (`JSON.rawJSON`), is
 * shown as it was written, and is sent back so. Browsers without it read as always.
 */
interface RawJson {
  readonly rawJSON: string;
}

interface Exact {
  readonly rawJSON?: (text: string) => RawJson;
}

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

export function parseExact(text: string): unknown {
  const keep = (JSON as Exact).rawJSON;
  if (keep === undefined) return JSON.parse(text);
  const reviver: Reviver = (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? keep(context.source)
      : value;
  return JSON.parse(text, reviver);
}

export function writeExact(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
