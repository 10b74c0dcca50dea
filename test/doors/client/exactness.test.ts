import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExactNumber } from "../../../src/delivery/exact-number.ts";
import { BidaClient, type ClientOptions } from "../../../src/doors/client/bida-client.ts";
import { BidaError } from "../../../src/doors/client/errors.ts";
import type { UncheckedOrder, UncheckedPayloads } from "../../../src/doors/client/types.ts";

/** Records bodies as they came, and answers what it is told. */
let server: Server;
let bodies: string[] = [];
let answer: (body: string) => string = () => "{}";
beforeAll(async () => {
  server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      bodies.push(bytes.toString());
      return response.writeHead(200, { "content-type": "application/json" }).end(answer(bytes.toString()));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  bodies = [];
  answer = () => "{}";
});

const client = (options: Partial<ClientOptions> = {}): BidaClient<UncheckedPayloads> =>
  new BidaClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
const order = (payload: Record<string, unknown>): UncheckedOrder => ({
  account: "yzj",
  operation: "todo.create",
  key: "k",
  payload,
});
const failureOf = async (call: Promise<unknown>): Promise<BidaError> => {
  const failure: unknown = await call.catch((error: unknown) => error);
  if (!(failure instanceof BidaError)) throw new Error("it did not fail with a BidaError");
  return failure;
};
/** One "created" an item. */
const createdAll = (body: string): string => {
  const { items } = JSON.parse(body) as { items: readonly { key: string }[] };
  return JSON.stringify({ items: items.map(({ key }) => ({ status: 202, id: key, result: "created" })) });
};

describe("what is sent", () => {
  it("keeps every digit of a bigint and of an exact number", async () => {
    await client().send(order({ id: 12345678901234567890n, sum: new ExactNumber("1.10") }));
    expect(bodies[0]).toContain('"payload":{"id":12345678901234567890,"sum":1.10}');
  });

  it("keeps raw JSON as it is", async () => {
    const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
    await client().send(order({ id: rawJSON("12345678901234567890") }));
    expect(bodies[0]).toContain('"payload":{"id":12345678901234567890}');
  });

  it.each([
    ["a number that has lost digits", 2 ** 53 + 2],
    ["NaN", Number.NaN],
    ["Infinity", -Infinity],
    ["half of a surrogate pair", "\ud83d"],
    ["a function", () => 1],
  ])("is nothing when it holds %s, and the place is named", async (_, id) => {
    const failure = await failureOf(client().send(order({ rows: [{ id }] })));
    expect(failure).toMatchObject({ status: null, code: "invalid", mayBeDone: false });
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual(["/payload/rows/0/id"]);
    expect(failure.message).toContain("not sent");
    expect(bodies).toEqual([]);
  });

  it("is refused also where a dead letter is edited", async () => {
    const failure = await failureOf(client().deadLetters.replay("d_1", { payload: { id: 1e300 } }));
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual(["/payload/id"]);
    expect(bodies).toEqual([]);
  });

  it("does not affect the other orders of a batch", async () => {
    answer = createdAll;
    const results = await client().sendBatch([order({ a: 1 }), order({ id: Number.NaN }), order({ a: 2 })]);
    expect(results.map(({ status }) => status)).toEqual([202, 400, 202]);
    expect(results[1]).toMatchObject({
      result: "refused",
      code: "invalid",
      errors: [{ pointer: "/payload/id" }],
    });
  });
});

describe("a batch", () => {
  it("is split where a request would be larger than the API takes, in bytes of UTF-8", async () => {
    answer = createdAll;
    // 200 KB each in UTF-8, 67,000 signs.
    const orders = Array.from({ length: 25 }, (_, at) => ({
      ...order({ title: "必".repeat(67_000) }),
      key: String(at),
    }));
    const results = await client().sendBatch(orders);
    expect(results.map(({ id }) => id)).toEqual(orders.map(({ key }) => key));
    expect(bodies.length).toBe(4);
    for (const body of bodies) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it("has at most 1,000 orders a call", async () => {
    answer = createdAll;
    await client().sendBatch(Array.from({ length: 1_001 }, () => order({})));
    expect(bodies.map((body) => (JSON.parse(body) as { items: unknown[] }).items.length)).toEqual([1_000, 1]);
  });

  it("reports an order that no request can hold, and sends the others", async () => {
    answer = createdAll;
    const large = order({ title: "x".repeat(2 * 1024 * 1024) });
    const results = await client().sendBatch([order({}), large, order({})]);
    expect(results.map(({ status }) => status)).toEqual([202, 413, 202]);
    expect(results[1]).toMatchObject({ id: null, result: "refused", code: "tooLarge" });
    expect(bodies).toHaveLength(1);
  });

  it("sends an order alone that has just room in a request", async () => {
    answer = createdAll;
    const large = order({ title: "x".repeat(1.9 * 1024 * 1024) });
    const results = await client().sendBatch([order({}), large, order({})]);
    expect(results.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(bodies).toHaveLength(3);
  });
});

describe("what is answered", () => {
  const told =
    '{"id":"d_1","payload":{"id":12345678901234567890,"big":1.5e19,"one":1.0,"x":0.1,"low":-9007199254740993,"rows":[9007199254740993]}}';

  it("has integers beyond 2^53 as bigint, all others as numbers", async () => {
    answer = () => told;
    const { payload } = await client().get("d_1", { include: ["payload"] });
    expect(payload).toEqual({
      id: 12345678901234567890n,
      big: 15_000_000_000_000_000_000n,
      one: 1,
      x: 0.1,
      low: -9007199254740993n,
      rows: [9007199254740993n],
    });
  });

  it("has exact numbers where they are asked for, and sends them back as they were", async () => {
    answer = () => told;
    const exact = client({ numbers: "exact" });
    const { payload } = await exact.get("d_1", { include: ["payload"] });
    await exact.deadLetters.replay("d_1", { payload: payload ?? {} });
    expect(bodies.at(-1)).toBe(`{"payload":${/"payload":(\{.*\})\}/.exec(told)?.[1] ?? ""}}`);
  });

  it("is not taken for Bida's when it is not JSON, with and without long numbers", async () => {
    for (const text of ["<h1>", "<h1>12345678901234567890", "12345678901234567890 x"]) {
      answer = () => text;
      expect(await failureOf(client().get("d_1"))).toMatchObject({ status: 200, code: "notBida" });
    }
  });
});
