import fc from "fast-check";
import { expect, it } from "vitest";
import { enqueueInput } from "../../../src/operations/enqueue-input.ts";
import { plainRequest } from "../../../src/operations/plain-request.ts";

const text = fc.oneof(
  fc.constantFrom("", "yzj", "a".repeat(200), "a".repeat(201), "\ud800", "订单"),
  fc.string(),
  fc.constant(7),
  fc.constant(null),
  fc.constant(undefined),
);
const payload = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.constantFrom(null, [], "x", 1, new Date(0), new Map(), Object.create(null), Object.create({ a: 1 })),
);
const priority = fc.oneof(
  fc.constantFrom(0, 1_000_000, 1_000_001, -1, 1.5, Number.NaN, "1", null, undefined, -0),
  fc.nat(),
);
const request = fc.record(
  {
    account: text,
    operation: text,
    payload,
    key: text,
    lane: text,
    priority,
    surplus: fc.constant(1),
    sendAt: fc.constant(5),
  },
  { requiredKeys: ["account", "operation", "payload"] },
);

it("agrees with the schema wherever it accepts a request", () => {
  fc.assert(
    fc.property(request, (input) => {
      const plain = plainRequest(input);
      if (plain === null) return;
      const parsed = enqueueInput.safeParse(input);
      expect(parsed.success).toBe(true);
      // The schema makes the payload anew; what it was made of is what is kept.
      expect(plain.payload).toBe(input.payload);
      expect({ ...plain, payload: null }).toEqual({ ...parsed.data, payload: null });
    }),
    { numRuns: 2_000 },
  );
});

it("accepts requests with the plain fields, and none that is wrong or has others", () => {
  const input = {
    account: "yzj",
    operation: "todo.create",
    payload: { a: 1 },
    key: "k",
    lane: "l",
    priority: 3,
  };

  expect(plainRequest(input)).toEqual(input);
  expect(plainRequest({ ...input, sendAt: 5 })).toBeNull();
  expect(plainRequest({ ...input, key: null })).toBeNull();
  expect(plainRequest({ ...input, payload: [] })).toBeNull();
  for (const wrong of [null, undefined, 1, "x", []]) expect(plainRequest(wrong)).toBeNull();
});
