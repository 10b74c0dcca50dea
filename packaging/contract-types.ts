/**
 * The client's types, made from the OpenAPI document: plain interfaces, so that the client package needs no
 * zod, and a misspelt field of a payload is a compile error.
 */
import { compile, type JSONSchema } from "json-schema-to-typescript";
import { format } from "prettier";
import { allChannels } from "../src/platforms/registry.ts";
import { contract } from "../src/doors/http/contract.ts";
import { errorsText } from "../src/doors/http/errors-page.ts";
import { rolesPage } from "../src/doors/http/roles-page.ts";
import { openApi, schemaName } from "../src/doors/http/openapi.ts";
import { operationsOf } from "../src/operations/describe-operations.ts";
import { eventsText } from "./events-page.ts";
import { asyncApi } from "./asyncapi.ts";

type JsonSchema = Record<string, unknown>;

export function openApiDocument(): ReturnType<typeof openApi> {
  return openApi(contract, operationsOf(allChannels()));
}

/** The text of docs/api-roles.md. */
export async function rolesText(): Promise<string> {
  return format(rolesPage(contract), { parser: "markdown", printWidth: 110 });
}

/** The text of docs/errors.md, and of docs/zh/errors.md. */
export async function problemsText(language: "en" | "zh" = "en"): Promise<string> {
  return format(errorsText(language), { parser: "markdown", printWidth: 110 });
}

/** The text of docs/events.md. */
export async function eventsPage(): Promise<string> {
  return format(eventsText(), { parser: "markdown", printWidth: 110 });
}

export function asyncApiDocument(): ReturnType<typeof asyncApi> {
  const document = JSON.parse(JSON.stringify(openApiDocument())) as ReturnType<typeof openApi>;
  return asyncApi(
    document,
    operationsOf(allChannels()).map(([name]) => [name, schemaName(name)] as const),
  );
}

const HEADER = `/**
 * Made from openapi.json by \`npm run openapi\`; not edited by hand. Types alone: the client needs no package.
 */
`;

/** The text of src/doors/client/contract-types.ts. */
export async function contractTypes(): Promise<string> {
  const schemas = JSON.parse(JSON.stringify(openApiDocument().components?.schemas ?? {})) as JsonSchema;
  // The client's own `OrderOf` says the same in one type.
  const each = operationsOf(allChannels()).map(([name]) => `${schemaName(name)}Order`);
  const orders = new Set(["Order", "Orders", ...each]);
  const definitions = Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => !orders.has(name))
      .map(([name, schema]) => [name, plain(schema)]),
  );
  const root = { title: "Contract", type: "object", definitions, additionalProperties: false } as JSONSchema;
  const text = await compile(root, "Contract", {
    bannerComment: "",
    additionalProperties: false,
    unreachableDefinitions: true,
    unknownAny: true,
    format: false,
    // A list of up to 500 is a list, not a union of 501 tuples.
    ignoreMinAndMaxItems: true,
  });
  const types = text.replace(/export interface Contract \{\s*\}/, "").replaceAll(REFERENCE, "");
  return format(`${HEADER}${types}\n${payloadMap()}`, { parser: "typescript", printWidth: 110 });
}

const REFERENCE =
  /\n \* This interface was referenced by `Contract`'s JSON-Schema\n \* via the `definition` "\w+"\./g;

/** Which payload belongs to which operation. */
function payloadMap(): string {
  const lines = operationsOf(allChannels()).map(([name]) => `  "${name}": ${schemaName(name)}Payload;`);
  return `/** The payload of each operation. */\nexport interface Payloads {\n${lines.join("\n")}\n}\n`;
}

/**
 * Open objects lose their index signature, so that TypeScript refuses a field that no document names (it
 * still travels, if it is cast); objects without any named field keep theirs. References point to `definitions`.
 */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema as JsonSchema)
    .filter(([name, value]) => !(name === "additionalProperties" && isAnything(value) && hasFields(schema)))
    .filter(([name]) => name !== "propertyNames")
    .map(([name, value]) => [
      name,
      name === "$ref" ? String(value).replace("#/components/schemas/", "#/definitions/") : plain(value),
    ]);
  return Object.fromEntries(entries) as JsonSchema;
}

function isAnything(value: unknown): boolean {
  return value === true || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function hasFields(schema: object): boolean {
  return "properties" in schema && Object.keys(schema.properties as object).length > 0;
}
