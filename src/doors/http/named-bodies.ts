/**
 * Gives every request body of the document a name: `Order`, `Orders`, `DiscardDeadLettersRequest`. Clients that
 * are generated from the document then have a type with that name.
 */
import { isDeepStrictEqual } from "node:util";
import type { createDocument } from "zod-openapi";

type OpenApiDocument = ReturnType<typeof createDocument>;
type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
}

const JSON_TYPE = "application/json";
const SPECIAL: Readonly<Record<string, string>> = { enqueueDelivery: "Order", enqueueDeliveries: "Orders" };

export function withNamedBodies(document: OpenApiDocument): OpenApiDocument {
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  const paths = Object.entries(document.paths ?? {}).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods as Record<string, Operation>).map(([method, operation]) => [
        method,
        withNamedBody(operation, schemas),
      ]),
    ),
  ]);
  return {
    ...document,
    paths: Object.fromEntries(paths) as OpenApiDocument["paths"],
    components: { ...document.components, schemas },
  } as OpenApiDocument;
}

function withNamedBody(operation: Operation, schemas: Record<string, unknown>): Operation {
  const { operationId = "", requestBody } = operation;
  const schema = requestBody?.content?.[JSON_TYPE]?.schema;
  if (!isSchema(schema) || "$ref" in schema) return operation;
  const name = SPECIAL[operationId] ?? `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Request`;
  schemas[name] = withOrders(schema, schemas["Order"]);
  const content = { [JSON_TYPE]: { schema: { $ref: `#/components/schemas/${name}` } } };
  return { ...operation, requestBody: { ...requestBody, content } };
}

/** Names the items of a batch, which are the bodies of a single call. */
function withOrders(schema: Schema, order: unknown): Schema {
  const { properties } = schema;
  const list = isSchema(properties) ? properties["items"] : undefined;
  if (!isSchema(properties) || !isSchema(list) || !isDeepStrictEqual(list["items"], order)) return schema;
  const items = { ...list, items: { $ref: "#/components/schemas/Order" } };
  return { ...schema, properties: { ...properties, items } };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
