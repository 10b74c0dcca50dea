/**
 * What is said to pass a schema unchanged is what the schema makes of it; all else is left to the schema.
 */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { z } from "zod";
import {
  changesNullsAlone,
  passesUnchanged,
  undefinedForNull,
} from "../../../src/platforms/passes-unchanged.ts";
import * as schedule from "../../../src/platforms/yunzhijia/schedule/input.ts";
import { inputsOf, updateInput } from "../../../src/platforms/yunzhijia/todo/input.ts";
import { awaitInput } from "../../../src/platforms/yunzmall/message/input.ts";

const create = inputsOf("10101").create;
const plainTodo = {
  url: "https://oa.example.com/7",
  sourceId: "7",
  title: "Leave",
  headImg: "https://oa.example.com/a.png",
  appId: "10101",
  params: [{ openId: "a", status: { DO: 0, READ: 0 } }],
};

const schemas: readonly z.ZodType[] = [
  create,
  updateInput,
  awaitInput,
  schedule.createInput,
  schedule.modifyInput,
  z.object({ a: z.string().trim() }),
  z.object({ a: z.string().default("x"), b: z.url().optional() }),
  z.object({ a: z.union([z.string().transform(Number), z.string()]) }),
  z.object({ a: z.union([z.string(), z.number()]).nullish(), b: z.array(z.string()).max(2).optional() }),
  z.strictObject({ a: z.enum(["x", "y"]).optional(), b: z.literal([0, 1]).nullable() }),
  z.looseObject({ a: z.coerce.number().optional(), b: z.int().optional() }),
  z.looseObject({ a: z.number().nullish() }).transform(changesNullsAlone(withoutNulls)),
  z.record(z.string(), z.unknown()),
  z.unknown(),
];

function withoutNulls(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

const field = fc.constantFrom(
  ..."url sourceId title headImg appId params content itemtitle sync todoType sourcetype actiontype openids".split(
    " ",
  ),
  ..."openid startDate endDate actors id of state head a b x".split(" "),
);
const value = fc.oneof(
  fc.constantFrom<unknown>(
    "10101",
    "https://oa.example.com/7",
    "",
    " x ",
    "x",
    "7",
    0,
    1,
    1.5,
    NaN,
    null,
    true,
  ),
  fc.constantFrom<unknown>(undefined, [], ["a"], ["a", "a"], ["a", "b", "c"], {}, 1_800_000_000_000),
  fc.constantFrom<unknown>(plainTodo.params, [...plainTodo.params, ...plainTodo.params], [{ openId: null }]),
  fc.constantFrom<unknown>({ deal: 1, read: null }, { deal: 1 }, new Date(0)),
);
const payload = fc.oneof(
  fc.dictionary(field, value, { maxKeys: 5, noNullPrototype: true }),
  fc.dictionary(field, value, { maxKeys: 3 }).map((some) => ({ ...plainTodo, ...some })),
  fc.dictionary(field, value, { maxKeys: 3 }).map((some) => ({
    openid: "a",
    content: "c",
    startDate: 1_800_000_000_000,
    endDate: 1_800_000_600_000,
    ...some,
  })),
  value,
);

describe("a value that passes unchanged", () => {
  it("is what the schema makes of it, for every schema and every value", () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), payload, (schema, given) => {
        if (!passesUnchanged(schema, given)) return;
        const result = schema.safeParse(given);
        expect(result.success).toBe(true);
        expect(result.data).toStrictEqual(given);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is a plain todo, and a plain schedule", () => {
    expect(passesUnchanged(create, plainTodo)).toBe(true);
    const event = { openid: "a", content: "c", startDate: 1_800_000_000_000, endDate: 1_800_000_600_000 };
    expect(passesUnchanged(schedule.createInput, event)).toBe(true);
    const done = { sourcetype: "10101", sourceitemid: "7", openids: ["a"], actiontype: { deal: 1 } };
    expect(passesUnchanged(inputsOf("10101").update, done)).toBe(true);
  });

  it.each([
    [{ ...plainTodo, appId: "2" }],
    [{ ...plainTodo, content: null }],
    [{ ...plainTodo, params: [{ openId: "a" }, { openId: "a" }] }],
    [JSON.parse(`{ "__proto__": 1, ${JSON.stringify(plainTodo).slice(1)}`) as unknown],
    [Object.assign(Object.create({ inherited: 1 }) as object, plainTodo)],
  ])("is not one that the schema refuses or changes (%#)", (given) => {
    expect(passesUnchanged(create, given)).toBe(false);
  });

  it("is not one that is too often or too seldom there", () => {
    const schema = z.object({
      a: z
        .string()
        .nullish()
        .transform(undefinedForNull<string>),
    });
    expect(passesUnchanged(schema, { a: undefined })).toBe(false);
    expect(passesUnchanged(schema, {})).toBe(true);
    expect(passesUnchanged(schema, { b: 1 })).toBe(false);
  });
});
