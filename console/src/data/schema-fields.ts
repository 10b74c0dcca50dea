/** The fields that a JSON Schema names, inner ones too, as a person reads them. Pure. */
import type { Schema } from "./check-payload.ts";

export interface SchemaField {
  readonly pointer: string;
  /** `text, at most 50`, `list of object` */
  readonly kind: string;
  readonly isRequired: boolean;
  readonly description: string;
}

const DEEPEST = 3;

export function fieldsOf(schema: unknown): readonly SchemaField[] {
  return within(schema as Schema, { at: "", levels: DEEPEST });
}

function within(
  { properties = {}, required = [] }: Schema,
  { at, levels }: { readonly at: string; readonly levels: number },
): SchemaField[] {
  if (levels === 0) return [];
  return Object.entries(properties).flatMap(([name, schema]) => {
    const pointer = `${at}/${name}`;
    const field = {
      pointer,
      kind: kindOf(schema),
      isRequired: required.includes(name),
      description: schema.description ?? "",
    };
    const inner = schema.items === undefined ? schema : schema.items;
    const below = schema.items === undefined ? pointer : `${pointer}/0`;
    return [field, ...within(inner, { at: below, levels: levels - 1 })];
  });
}

function kindOf(schema: Schema): string {
  const { type, enum: choices, const: only, anyOf, items, maxLength, maxItems } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(" | ");
  const most = maxLength ?? maxItems;
  const name = [type ?? "any"].flat().join(" | ");
  return [items === undefined ? name : `${name} of ${kindOf(items)}`, most === undefined ? "" : `≤ ${most}`]
    .filter((part) => part !== "")
    .join(" ");
}
