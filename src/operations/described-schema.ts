/**
 * The JSON Schema of a payload, with the descriptions of its fields from the platform's document. Pure.
 */
import type { About } from "../platforms/channel.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Fields below fields are named `status.DO`, those of the items of a list `params[].openId`. */
export function describedSchema(
  schema: Schema,
  // A platform from outside may be written in JavaScript, and leave these out.
  { fields = {}, example }: Partial<Pick<About, "fields" | "example">>,
): Schema {
  const examples = example === undefined ? {} : { examples: [example] };
  return { ...described(schema, { path: "", fields }), ...examples };
}

/** The names of the fields of a schema that have no description. */
export function undescribedFields(schema: Schema, { fields }: Pick<About, "fields">): readonly string[] {
  return namesIn(schema, "").filter((name) => fields[name] === undefined);
}

function described(
  schema: Schema,
  { path, fields }: { readonly path: string; readonly fields: About["fields"] },
): Schema {
  const { properties, items, anyOf } = schema;
  const inner = (part: unknown, at: string): unknown =>
    isSchema(part) ? described(part, { path: at, fields }) : part;
  return {
    ...schema,
    ...(isSchema(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, part]) => {
              const at = below(path, name);
              return [
                name,
                isSchema(part) ? withWords(described(part, { path: at, fields }), fields[at]) : part,
              ];
            }),
          ),
        }
      : {}),
    ...(isSchema(items) ? { items: inner(items, `${path}[]`) } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((part) => inner(part, path)) } : {}),
  };
}

function withWords(schema: Schema, description: string | undefined): Schema {
  return description === undefined ? schema : { ...schema, description };
}

function namesIn(schema: Schema, path: string): readonly string[] {
  const { properties, items, anyOf } = schema;
  const own = Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, part]) => {
    const at = below(path, name);
    return [at, ...(isSchema(part) ? namesIn(part, at) : [])];
  });
  const listed = isSchema(items) ? namesIn(items, `${path}[]`) : [];
  const either = Array.isArray(anyOf) ? anyOf.filter(isSchema).flatMap((part) => namesIn(part, path)) : [];
  return [...own, ...listed, ...either];
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
