/**
 * A schema's numbers take an author's spelling; what the schema does not know keeps it.
 */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parsePayload, textOrWholeNumber } from "../../../src/platforms/parse-payload.ts";
import { readJson } from "../../../src/delivery/exact-json.ts";

const schema = z.looseObject({
  count: z.int().optional(),
  share: z.number().optional(),
  either: z.union([z.string(), z.number()]).optional(),
  day: z.union([z.array(z.looseObject({ at: z.number() })), z.string()]).optional(),
  id: textOrWholeNumber.optional(),
  who: z.looseObject({ name: z.string().optional() }).optional(),
});

function parsed(text: string) {
  const reading = readJson(text);
  const result = parsePayload(schema, reading.kind === "read" ? reading.value : undefined);
  if (result.success) return JSON.stringify(result.data);
  return result.error.issues.map(({ path, message }) => `${path.join("/")}: ${message}`).join("; ");
}

describe("a payload", () => {
  it.each([
    ['{"count":1.0}', '{"count":1}'],
    ['{"count":1E2,"share":-0}', '{"count":100,"share":0}'],
    ['{"share":0.50,"either":2.0}', '{"share":0.5,"either":2}'],
    ['{"day":[{"at":1.0},{"at":2e3}]}', '{"day":[{"at":1},{"at":2000}]}'],
  ])("has 1 for 1.0 where a number is expected: %s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each(['{"x":1.0,"y":{"z":[12345678901234567890,1E2,-0]}}', '{"who":{"x":12345678901234567890}}'])(
    "passes on unknown fields, digit by digit: %s",
    (text) => {
      expect(parsed(text)).toBe(text);
    },
  );

  it.each([
    ['{"id":12345678901234567890}', '{"id":"12345678901234567890"}'],
    ['{"id":7}', '{"id":"7"}'],
    ['{"id":7.0}', '{"id":"7"}'],
    ['{"id":"007"}', '{"id":"007"}'],
  ])("has ids as text: %s", (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['{"count":12345678901234567890}', "count: "],
    ['{"count":1.5e0}', "count: "],
    ['{"share":0.1000000000000000055511151231257827}', "share: "],
    ['{"id":1.5}', "id: expected a text or a whole number"],
    ['{"id":""}', "id: "],
    ['{"who":12345678901234567890}', "who: expected an object"],
    ['{"who":1.0}', "who: "],
  ])("refuses what it would have to change: %s", (text, start) => {
    expect(parsed(text)).toContain(start);
    expect(parsed(text)).not.toContain("ExactNumber");
  });
});
