/**
 * What goes through Redis and to producers' receivers, as AsyncAPI 3: orders that producers write into Redis, the
 * answers to them, and callbacks. Schemas are the OpenAPI document's own. Written to asyncapi.json.
 */
import type { openApi } from "../src/doors/http/openapi.ts";

type Json = Readonly<Record<string, unknown>>;
type OpenApiDocument = ReturnType<typeof openApi>;

const ref = (kind: "schemas" | "messages", name: string): Json => ({ $ref: `#/components/${kind}/${name}` });
const messagesOf = (channel: string, names: readonly string[]): readonly Json[] =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));

/** @param operations `todo.create` and the name of its schemas, `TodoCreate` */
export function asyncApi(
  document: OpenApiDocument,
  operations: readonly (readonly [name: string, schema: string])[],
): Json {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Json>>;
  const jobs = operations.map(
    ([name, schema]) => [`${schema}Job`, jobMessage(name, schemas[`${schema}Order`])] as const,
  );
  const messages = { ...fixedMessages(operations), ...Object.fromEntries(jobs) };
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Bida: orders through Redis, and callbacks",
      version: document.info.version,
      description:
        "Two ways to enqueue without HTTP (a Redis stream and a BullMQ queue), and callbacks at the end " +
        "of a delivery. docs/intake.md explains them; HTTP is in /openapi.json.",
      contact: {
        name: "Whoever runs this Bida",
        url: "https://bida.corp.example",
        email: "bida@corp.example",
      },
      tags: [
        { name: "intake", description: "Orders that producers write into Redis, and the answers to them." },
        { name: "callbacks", description: "Callbacks to a producer when its delivery has ended." },
      ],
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      redis: {
        host: "127.0.0.1:6379",
        protocol: "redis",
        description: "`redis.url` of the configuration, or the source's own under `intake`.",
      },
      receiver: {
        host: "oa.corp.example",
        protocol: "https",
        description: "The host of a delivery's `callbackUrl`; one of `callbacks.allowHosts`.",
      },
    },
    channels: channels(jobs.map(([name]) => name)),
    operations: {
      takeFromStream: {
        action: "receive",
        security: [{ $ref: "#/components/securitySchemes/redisUser" }],
        channel: { $ref: "#/channels/orderStream" },
        summary: "Takes orders that were written with XADD",
        description:
          "In batches, in a consumer group; an order is removed when it is acknowledged or kept as refused.",
        reply: {
          channel: { $ref: "#/channels/orderReplies" },
          messages: messagesOf("orderReplies", ["StreamReply"]),
        },
      },
      takeFromQueue: {
        action: "receive",
        security: [{ $ref: "#/components/securitySchemes/redisUser" }],
        channel: { $ref: "#/channels/orderQueue" },
        summary: "Takes orders that a BullMQ client added",
        description:
          "A job completes when its delivery is acknowledged, and fails for good when it is refused.",
        reply: {
          channel: { $ref: "#/channels/orderResults" },
          messages: messagesOf("orderResults", ["JobResult"]),
        },
      },
      notifyProducer: {
        action: "send",
        security: [{ $ref: "#/components/securitySchemes/webhookSignature" }],
        channel: { $ref: "#/channels/callbacks" },
        summary: "Reports to the producer how a delivery ended",
        description: "At least once for each generation of the delivery. Repeats have the same `webhook-id`.",
      },
    },
    components: { securitySchemes, messages, schemas: reachable(messages, schemas) },
  };
}

const securitySchemes: Json = {
  redisUser: {
    type: "userPassword",
    description: "The users of Redis; docs/intake.md has the rights that each needs.",
  },
  webhookSignature: {
    type: "httpApiKey",
    in: "header",
    name: "webhook-signature",
    description: "HMAC-SHA256 of the request, as Standard Webhooks say; the receiver checks it.",
  },
};

function channels(jobs: readonly string[]): Json {
  const named = (names: readonly string[]): Json =>
    Object.fromEntries(names.map((name) => [name, ref("messages", name)]));
  const redis = { servers: [{ $ref: "#/servers/redis" }] };
  return {
    orderStream: {
      address: "bida:intake",
      title: "A Redis stream",
      description:
        "`intake.stream.key` of the configuration. An entry is removed when its delivery is acknowledged.",
      ...redis,
      messages: named(["StreamOrder"]),
    },
    orderReplies: {
      address: "bida:reply:{name}",
      title: "The stream that an order names in `reply`",
      description: "It keeps about 1000 answers at most, until a day after the last one.",
      parameters: {
        name: { description: "The producer's choice; the whole name has at most 200 characters." },
      },
      ...redis,
      messages: named(["StreamReply"]),
    },
    orderQueue: {
      address: "bida-intake",
      title: "A BullMQ queue",
      description: "`intake.bullmq.queue` of the configuration. A job is named for its operation.",
      ...redis,
      messages: named(jobs),
    },
    orderResults: {
      address: "bida-intake",
      title: "What a job comes to",
      description:
        "The job's return value when Bida has acknowledged the order. A refused job fails; " +
        "`failedReason` names the fields.",
      ...redis,
      messages: named(["JobResult"]),
    },
    callbacks: {
      title: "A producer's receiver",
      description:
        "The `callbackUrl` of a delivery, called by POST, signed as Standard Webhooks say. The call is " +
        "repeated for a day, until the answer is 2xx; 410 ends it. There is one callback for each " +
        "generation, so a replay makes another.",
      servers: [{ $ref: "#/servers/receiver" }],
      messages: named(["DeliveryEnded"]),
    },
  };
}

function fixedMessages(
  operations: readonly (readonly [name: string, schema: string])[],
): Readonly<Record<string, Json>> {
  const order = { oneOf: operations.map(([, schema]) => ref("schemas", `${schema}Order`)) };
  return {
    StreamOrder: {
      title: "An entry of the stream",
      payload: {
        type: "object",
        required: ["order"],
        properties: {
          order: {
            type: "string",
            description: "The order as JSON, in UTF-8. Every digit of a number is kept.",
            contentMediaType: "application/json",
            "x-content-schema": order,
          },
          reply: {
            type: "string",
            pattern: "^bida:reply:.",
            maxLength: 200,
            description: "The stream to answer on.",
          },
        },
        additionalProperties: false,
      },
    },
    StreamReply: {
      title: "The answer to one entry",
      payload: {
        type: "object",
        required: ["entry", "result"],
        properties: {
          entry: { type: "string", description: "The id of the entry that it answers." },
          result: { type: "string", enum: ["created", "existing", "refused"] },
          id: { type: "string", description: "The delivery's id, unless the order was refused." },
          errors: {
            type: "string",
            description: "For a refused order: a JSON list of pointers and details.",
            contentMediaType: "application/json",
            "x-content-schema": { type: "array", items: ref("schemas", "FieldError") },
          },
        },
      },
    },
    JobResult: {
      title: "The return value of a job",
      payload: {
        type: "object",
        required: ["kind", "id"],
        properties: { kind: { type: "string", enum: ["created", "existing"] }, id: { type: "string" } },
      },
    },
    DeliveryEnded: callbackMessage,
  };
}

/** The job's data is the order; what its name says need not be said twice. */
function jobMessage(operation: string, order: Json = {}): Json {
  const required = (order["required"] as readonly string[] | undefined) ?? [];
  return {
    name: operation,
    title: `A job named ${operation}`,
    payload: { ...order, required: required.filter((field) => field !== "operation") },
  };
}

const callbackMessage: Json = {
  title: "A delivery has ended",
  headers: {
    type: "object",
    required: ["webhook-id", "webhook-timestamp", "webhook-signature"],
    properties: {
      "webhook-id": { type: "string", description: "`<delivery>_<generation>`, the same for each attempt." },
      "webhook-timestamp": {
        type: "string",
        description: "The time of this attempt, in seconds since 1970.",
      },
      "webhook-signature": {
        type: "string",
        description:
          "`v1,<base64 of HMAC-SHA256>` of `<id>.<timestamp>.<body>`; one for each secret, newest first.",
      },
    },
  },
  payload: {
    type: "object",
    required: ["type", "timestamp", "data"],
    properties: {
      type: {
        type: "string",
        enum: ["delivery.confirmed", "delivery.dead", "delivery.discarded", "delivery.cancelled"],
      },
      timestamp: { type: "string", format: "date-time", description: "When it ended." },
      data: {
        anyOf: [
          ref("schemas", "Delivery"),
          {
            type: "object",
            description: "A delivery whose stored record cannot be read.",
            required: ["id", "account", "status", "reason", "detail"],
            properties: {
              id: { type: "string" },
              account: { type: "string" },
              status: { type: "string", const: "dead" },
              reason: { type: "string", const: "invalid" },
              detail: { type: "string" },
            },
            additionalProperties: false,
          },
        ],
      },
    },
  },
};

/** The schemas that these refer to, and those that they refer to. */
function reachable(from: unknown, schemas: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const found = new Map<string, Json>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look);
    if (typeof value !== "object" || value === null) return;
    for (const [field, part] of Object.entries(value)) {
      const name = field === "$ref" ? /^#\/components\/schemas\/(\w+)$/.exec(String(part))?.[1] : undefined;
      const schema = name === undefined ? undefined : schemas[name];
      if (name === undefined || schema === undefined || found.has(name)) look(part);
      else {
        found.set(name, schema);
        look(schema);
      }
    }
  };
  look(from);
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
