/**
 * The allowed names of fields, from which a suggestion for an unknown one is made.
 */

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[] | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** The names of fields at a path of a JSON Schema, in all its variants. */
export function namesIn(schema: object, path: readonly PropertyKey[]): readonly string[] {
  const variants = ({ anyOf = [], oneOf = [], allOf = [], ...own }: Schema): Schema[] => [
    own,
    ...[...anyOf, ...oneOf, ...allOf].flatMap(variants),
  ];
  let schemas = variants(schema);
  for (const name of path) schemas = schemas.flatMap((one) => below(one, String(name))).flatMap(variants);
  return [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function below({ properties = {}, additionalProperties, items }: Schema, name: string): Schema[] {
  const named = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return [named, additionalProperties, items].filter(
    (one): one is Schema => typeof one === "object" && !Array.isArray(one),
  );
}
