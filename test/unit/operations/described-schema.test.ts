import { expect, it } from "vitest";
import { describedSchema } from "../../../src/operations/described-schema.ts";

it("a platform from outside that has no words for its fields spoils no contract", () => {
  const schema = { type: "object", properties: { ref: { type: "string" } } };

  expect(describedSchema(schema, {})).toEqual(schema);
});
