/**
 * The contract says what everything in it means: each field of a payload, each problem.
 */
import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { describe, expect, it } from "vitest";
import {
  asyncApiDocument,
  eventsPage,
  openApiDocument,
  problemsText,
} from "../../packaging/contract-types.ts";
import { parsePayload } from "../../src/platforms/parse-payload.ts";
import { calls } from "../../src/doors/http/contract.ts";
import { errorsPage } from "../../src/doors/http/errors-page.ts";
import { schemaName } from "../../src/doors/http/openapi.ts";
import { problemBody, PROBLEM_CODES } from "../../src/doors/http/problem.ts";
import { describe as describeOperation, operationsOf } from "../../src/operations/describe-operations.ts";
import { undescribedFields } from "../../src/operations/described-schema.ts";
import { everyEvent } from "../support/every-event.ts";
import { allChannels } from "../../src/platforms/registry.ts";

const operations = operationsOf(allChannels());
const openApi = JSON.stringify(openApiDocument());
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe.each(operations)("%s", (name, spec) => {
  const about = spec.about ?? { summary: "", source: "", fields: {}, example: {} };

  it("says what each field of its payload means, and from which document that is", () => {
    const schema = z.toJSONSchema(spec.input, { io: "input", unrepresentable: "any", reused: "inline" });

    expect(undescribedFields(schema, about)).toEqual([]);
    expect(about.source).not.toBe("");
  });

  it("has an example that the API accepts", () => {
    expect(parsePayload(spec.input, about.example).success).toBe(true);
  });

  it("says the same in OpenAPI and in GET /v1/operations", () => {
    const document = JSON.parse(openApi) as {
      components: { schemas: Record<string, { properties: Record<string, { description?: string }> }> };
    };
    const { properties } = document.components.schemas[`${schemaName(name)}Payload`] ?? { properties: {} };
    const described = describeOperation(name, spec).payload as { properties: typeof properties };
    const wordsOf = (all: typeof properties) =>
      Object.fromEntries(Object.entries(all).map(([field, { description }]) => [field, description]));

    expect(wordsOf(properties)).toEqual(wordsOf(described.properties));
  });
});

it("says what each field of an order means: what it does, its unit, its default", () => {
  const document = JSON.parse(openApi) as {
    components: { schemas: Record<string, { properties: Record<string, { description?: string }> }> };
  };
  const { properties } = document.components.schemas["TodoCreateOrder"] ?? { properties: {} };
  const silent = Object.entries(properties).filter(([, { description = "" }]) => description === "");

  // The operation is its own word; the payload has a schema of its own.
  expect(silent.map(([name]) => name)).toEqual(["operation", "payload"]);
});

describe("a problem", () => {
  it("has a type that leads to its place on a page that says what to do", () => {
    const html = errorsPage();
    for (const code of PROBLEM_CODES) {
      const { type } = problemBody({ status: 400, code, detail: "" }, { requestId: "r-1" });
      expect(html).toContain(`id="${type.split("#")[1] ?? ""}"`);
    }
  });
});

describe("every call of the contract", () => {
  it("is answered by one route", () => {
    const routes = readdirSync(new URL("../../src/doors/http", import.meta.url))
      .filter((file) => file.endsWith("-routes.ts"))
      .map((file) => read(`src/doors/http/${file}`));
    const answered = routes.flatMap((text) =>
      [...text.matchAll(/\broute\(\s*calls\.(\w+)/g)].map(([, name = ""]) => name),
    );

    expect(answered.toSorted()).toEqual(Object.keys(calls).toSorted());
  });
});

describe("what is made from the contract", () => {
  it("is checked in: docs/errors.md and asyncapi.json (npm run openapi writes them anew)", async () => {
    expect(read("docs/errors.md")).toBe(await problemsText());
    expect(read("docs/zh/errors.md")).toBe(await problemsText("zh"));
    expect(JSON.parse(read("asyncapi.json"))).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
  });

  it("has every event of the log on docs/events.md, with its fields", async () => {
    const text = read("docs/events.md");

    expect(text).toBe(await eventsPage());
    for (const event of everyEvent()) {
      const line = text.split("\n").find((one) => one.startsWith(`| \`${event.event}\` `)) ?? "";
      for (const field of Object.keys(event).filter((name) => name !== "event"))
        expect(line).toContain(`\`${field === "traceparent" ? "traceId" : field}\``);
    }
  });

  it("names each list of values once", () => {
    const places = new Map<string, number>();
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if ("enum" in value && Array.isArray(value.enum) && value.enum.length > 3)
        places.set(JSON.stringify(value.enum), (places.get(JSON.stringify(value.enum)) ?? 0) + 1);
      Object.values(value).forEach(look);
    };
    const { components, paths } = openApiDocument();
    const { schemas } = JSON.parse(JSON.stringify(components)) as { schemas: Record<string, unknown> };
    // A payload's values are the platform's.
    look([paths, Object.entries(schemas).filter(([name]) => !name.endsWith("Payload"))]);

    expect([...places].filter(([, count]) => count > 1)).toEqual([]);
  });
});
