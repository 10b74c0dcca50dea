/**
 * The contract as OpenAPI 3.1. Checked in as openapi.json, so that a change of the API is seen in review.
 */
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject } from "zod-openapi";
import type { OperationSpec } from "../../platforms/channel.ts";
import { describedSchema } from "../../operations/described-schema.ts";
import { enqueueInput } from "../../operations/enqueue-input.ts";
import { ACCESS } from "./access.ts";
import { type AnswerSpec, type Call, TAGS } from "./call.ts";
import { MOST_IN_A_BATCH } from "./contract/delivery-calls.ts";
import { withNamedBodies } from "./named-bodies.ts";
import * as schemas from "./schemas.ts";

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "The request has wrong fields, each with its pointer. Nothing was changed.",
  401: "No valid API key.",
  403: "The API key may not do this.",
  404: "There is no such resource, or the caller may not see it.",
  409: "Its state does not allow this.",
  413: "The body is too large.",
  422: "The idempotency key was used for another request.",
  429: "The account's backlog is full, or the key makes too many requests; see Retry-After.",
  503: "Redis does not answer, and the result of the request is unknown. Repeat it later, with the same key.",
};

/** Every operation in the document, by name. */
type NamedOperations = readonly (readonly [name: string, spec: OperationSpec<unknown>])[];

/**
 * @param operations the operations of every platform: each payload becomes a named schema
 */
export function openApi(
  contract: readonly Call[],
  operations: NamedOperations,
): ReturnType<typeof createDocument> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  const bodies = bodiesOf(ordersOf(operations));
  for (const call of contract) {
    const body = call.bodyShown === undefined ? call.body : bodies[call.bodyShown];
    paths[call.path] = { ...paths[call.path], [call.method.toLowerCase()]: operationOf(call, body) };
  }
  const document = createDocument({
    openapi: "3.1.0",
    info: {
      title: "Bida",
      version: "1",
      description: "Delivers todos and schedules to workplace platforms, and proves that they arrived.",
      contact: { name: "The operators of this Bida" },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
    },
  });
  return withNamedBodies(withPayloadsDescribed(document, operations));
}

/** Adds the channel's descriptions and example to each payload, as in `GET /v1/operations`. */
function withPayloadsDescribed(
  document: ReturnType<typeof createDocument>,
  operations: NamedOperations,
): ReturnType<typeof createDocument> {
  const schemas = { ...document.components?.schemas };
  for (const [name, { about }] of operations) {
    const key = `${schemaName(name)}Payload`;
    const schema = schemas[key];
    if (about !== undefined && typeof schema === "object" && !("$ref" in schema))
      schemas[key] = describedSchema(schema, about);
  }
  return { ...document, components: { ...document.components, schemas } };
}

/** `todo.create` → `TodoCreate` */
export function schemaName(operation: string): string {
  return operation.replace(/(?:^|\.)(\w)/g, (_, first: string) => first.toUpperCase());
}

/** An order of one operation, with a named schema of its payload. */
function orderSchema(name: string, { input, about }: OperationSpec<unknown>): z.ZodType {
  const description = about === undefined ? name : `${about.summary}. Source: ${about.source}.`;
  const payload = input.meta({ id: `${schemaName(name)}Payload`, description });
  return enqueueInput
    .extend({ operation: z.literal(name), payload })
    .meta({ id: `${schemaName(name)}Order`, description: `An order for ${name}.` });
}

/** Cached, because zod registers a schema with an id only once. */
const orders = new WeakMap<OperationSpec<unknown>, z.ZodType>();

function ordersOf(operations: NamedOperations): readonly z.ZodType[] {
  return operations.map(([name, spec]) => {
    const order = orders.get(spec) ?? orderSchema(name, spec);
    orders.set(spec, order);
    return order;
  });
}

function bodiesOf(orders: readonly z.ZodType[]): Record<NonNullable<Call["bodyShown"]>, z.ZodType> {
  const order = z.union(orders);
  return { order, orders: z.strictObject({ items: z.array(order).min(1).max(MOST_IN_A_BATCH) }) };
}

function operationOf(call: Call, body: z.ZodType): ZodOpenApiOperationObject {
  const statuses =
    call.role !== "public" ? [400, 401, 403, 429, 503, ...call.problems] : [400, ...call.problems];
  return {
    operationId: call.name,
    tags: [call.tag],
    summary: call.summary,
    description: call.description ?? `${call.summary}.`,
    ...(call.role === "public" ? { security: [] } : { "x-roles": [...ACCESS[call.role]] }),
    ...parametersOf(call),
    ...(call.method === "POST"
      ? {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { "application/json": { schema: body } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(Object.entries(call.answers).map(([status, spec]) => [status, answerOf(spec)])),
      ...Object.fromEntries(
        statuses
          .toSorted((a, b) => a - b)
          .map((status) => [
            String(status),
            {
              description: PROBLEMS[status] ?? "A problem.",
              content: { "application/problem+json": { schema: schemas.problem } },
            },
          ]),
      ),
    },
  };
}

function parametersOf({
  pathSchema,
  query,
  headersShown,
}: Call): Pick<ZodOpenApiOperationObject, "requestParams"> {
  const header = Object.fromEntries(
    Object.entries(headersShown ?? {}).map(([name, about]) => [name, z.string().optional().describe(about)]),
  );
  return {
    requestParams: {
      ...(pathSchema instanceof z.ZodObject ? { path: pathSchema } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
      ...(headersShown === undefined ? {} : { header: z.object(header) }),
    },
  };
}

function answerOf({ description, schema, shownSchema, mediaType = "application/json", headers }: AnswerSpec) {
  const shown = Object.entries(headers ?? {}).map(([name, about]) => [
    name,
    { description: about, schema: { type: "string" as const } },
  ]);
  return {
    description,
    content: { [mediaType]: { schema: schema ?? shownSchema ?? { type: "string" as const } } },
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
  };
}
