/**
 * Whatever comes in, something sensible goes out: no 5xx, and no caller is left hanging.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contract } from "../../../src/doors/http/contract.ts";
import { aTodo } from "../../support/builders.ts";
import { startApiSystem, type ApiSystem, type CallOptions, type Reply } from "./api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true });
  await system.enqueue({ ...aTodo(), key: "known" });
});
afterAll(async () => system.close());

const RUNS = 500;
/** Longer than anything takes that does not wait on purpose, on a busy machine too. */
const HANGS_MS = 60_000;
const LONGEST_MS = 120_000;

interface Shot {
  readonly path: string;
  readonly options: CallOptions;
}

async function answered({ path, options }: Shot): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), HANGS_MS);
  });
  try {
    return await Promise.race([system.call(path, options), hanging]);
  } finally {
    clearTimeout(timer);
  }
}

function isSensible({ status, headers, json, text }: Reply): void {
  expect(status, text).toBeLessThan(500);
  if (status < 400) return;
  expect(headers["content-type"]).toContain("application/problem+json");
  expect(json).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
  expect(text).not.toMatch(/node_modules|\.ts:\d/);
}

const key = fc.constantFrom("oa", "erp", "ops", "boss", null);
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("__proto__", "constructor", "toString", "NaN", "-1", "1e400", "../..", "\u0000", "%00", ""),
);
const someId = fc.oneof(odd, fc.constantFrom("d", "replay", "groups", "x".repeat(200)));

/** A call of the contract with whatever is in its path, its query and its body. */
const randomShot: fc.Arbitrary<Shot> = fc
  .record({
    call: fc.constantFrom(...contract),
    ids: fc.array(someId, { minLength: 2, maxLength: 2 }),
    query: fc.dictionary(
      fc.oneof(
        odd,
        fc.constantFrom(
          "account",
          "status",
          "reason",
          "limit",
          "cursor",
          "key",
          "since",
          "include",
          "recipient",
        ),
      ),
      odd,
      { maxKeys: 4 },
    ),
    body: fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string({ maxLength: 200 }),
    ),
    key,
  })
  .map(({ call, ids, query, body, key }) => {
    const { wait: _wait, ...rest } = query;
    const path = call.path.replace(/\{\w+\}/, () => encodeURIComponent((ids[0] ?? "").toWellFormed()));
    return {
      path: `${path}?${new URLSearchParams(rest).toString()}`,
      options: { method: call.method, key, ...(call.method === "POST" ? { body } : {}) },
    };
  });

interface Valid {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const valid: readonly Valid[] = [
  { path: "/v1/deliveries", body: { ...aTodo(), key: "k", priority: 1, sendAt: Date.now() + 60_000 } },
  { path: "/v1/deliveries/batch", body: { items: [aTodo(), { ...aTodo(), metadata: { a: 1 } }] } },
  {
    path: "/v1/dead-letters/replay",
    body: { filter: { account: "yzj", since: 1 }, dryRun: true, ratePerSecond: 5 },
  },
  { path: "/v1/dead-letters/discard", body: { filter: { reason: "expired", until: 1 }, note: "old" } },
  { path: "/v1/dead-letters/x/replay", body: { payload: aTodo().payload, note: "why" } },
  { path: "/v1/dead-letters/x/discard", body: { note: "why" } },
  { path: "/v1/accounts/yzj/resume", body: { note: "why" } },
  { path: "/v1/accounts/yzj/retire", body: { note: "why", force: false } },
];

/** A good request, in which one thing somewhere has become something else, or has gone. */
const mutatedShot: fc.Arbitrary<Shot> = fc
  .record({
    good: fc.constantFrom(...valid),
    at: fc.nat(),
    change: fc.oneof(
      fc.record({ to: fc.oneof(fc.jsonValue(), odd, fc.double(), fc.maxSafeInteger()) }),
      fc.constant("gone" as const),
    ),
    key,
  })
  .map(({ good, at, change, key }) => {
    const body = structuredClone(good.body);
    const places = placesIn(body);
    const place = places[at % places.length];
    if (place !== undefined) {
      if (change === "gone") Reflect.deleteProperty(place.of, place.name);
      else Object.assign(place.of, { [place.name]: change.to });
    }
    return { path: good.path, options: { key, body } };
  });

function placesIn(value: unknown): { of: object; name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [{ of: value, name }, ...placesIn(inner)]);
}

/** Ten at once, so that a thousand take seconds. */
async function holds(shots: fc.Arbitrary<Shot>): Promise<void> {
  const volley = fc.array(shots, { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(volley, async (some) => {
      for (const reply of await Promise.all(some.map(answered))) isSensible(reply);
    }),
    { numRuns: RUNS / 10 },
  );
}

describe("the API", () => {
  it("answers every call of its contract when nothing is wrong with it", async () => {
    const reads = contract.filter(({ method, path }) => method === "GET" && !path.includes("{"));
    for (const { path } of reads) isSensible(await answered({ path, options: { key: "ops" } }));
  });

  it(`answers ${RUNS} random requests`, async () => holds(randomShot), LONGEST_MS);

  it(`answers ${RUNS} good requests in which one thing is wrong`, async () => holds(mutatedShot), LONGEST_MS);
});
