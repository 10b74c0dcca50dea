/**
 * ARCHITECTURE section 1, promise 1: what is acknowledged is there; what is not good changes nothing. For
 * one Redis and for a cluster alike.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProducer } from "../../../src/app/producer.ts";
import { aTodo } from "../../support/builders.ts";
import { startSystem, systemConfig, type System, type SystemOptions } from "../../support/system.ts";

export function acknowledgedSuite(options: () => SystemOptions): void {
  let system: System;
  beforeEach(async () => {
    system = await startSystem({ withoutWorker: true, ...options() });
  });
  afterEach(async () => system.close());

  describe("an idempotency key", () => {
    it("gives the same delivery for the same request, whatever the order of its fields", async () => {
      const todo = { ...aTodo(), key: "oa-1" };
      const shuffled = { ...todo, payload: Object.fromEntries(Object.entries(todo.payload).toReversed()) };

      const first = await system.producer.enqueue(todo);
      const again = await system.producer.enqueue(shuffled);

      expect(first.kind).toBe("created");
      expect(again).toEqual({ ...first, kind: "existing" });
    });

    it.each<[string, object, readonly string[]]>([
      ["another field of its payload", { payload: { title: "another" } }, ["/payload/title"]],
      ["a lane", { lane: "elsewhere" }, ["/lane"]],
      ["a time", { sendAt: "2099-01-01T00:00:00Z" }, ["/sendAt"]],
      ["another deadline", { deadline: "2098-12-31T00:00:00Z" }, ["/deadline"]],
      ["two of them", { deadline: "2098-12-31T00:00:00Z", lane: "l" }, ["/lane", "/deadline"]],
    ])(
      "is a conflict that names the difference where the request has %s",
      async (_name, change, pointers) => {
        const first = { ...aTodo({ sourceId: "s-1" }), key: "oa-1" };
        const id = await system.enqueue(first);

        const { payload, ...others } = { payload: {}, ...change };
        const again = await system.producer.enqueue({
          ...first,
          ...others,
          payload: { ...first.payload, ...payload },
        });

        expect(again).toMatchObject({ kind: "conflict", id });
        const named = "errors" in again ? again.errors.map(({ pointer }) => pointer) : [];
        for (const pointer of pointers) expect(named.join(" ")).toContain(pointer);
      },
    );

    it("gives the same delivery, and says what stays as it was, for other metadata or priority", async () => {
      const todo = { ...aTodo(), key: "oa-1", metadata: { form: 1 } };
      const id = await system.enqueue(todo);

      expect(await system.producer.enqueue({ ...todo, metadata: { form: 2 }, priority: 3 })).toEqual({
        kind: "existing",
        id,
        ignored: ["/metadata", "/priority"],
      });
      expect(await system.producer.enqueue({ ...todo, priority: 0 })).toEqual({ kind: "existing", id });
    });

    it("creates one delivery when the same request comes a hundred times at once", async () => {
      const todo = { ...aTodo(), key: "oa-1" };

      const results = await system.producer.enqueueBatch(Array.from({ length: 100 }, () => todo));

      expect(results.filter(({ kind }) => kind === "created")).toHaveLength(1);
      expect(await system.store.count("queued")).toBe(1);
    });
  });

  describe("bad input", () => {
    const cases: [string, object, string][] = [
      ["a missing field", { payload: { ...aTodo().payload, title: undefined } }, "/payload/title"],
      [
        "a recipient without openId",
        { payload: { ...aTodo().payload, params: [{}] } },
        "/payload/params/0/openId",
      ],
      [
        "too many recipients",
        aTodo(
          {},
          Array.from({ length: 101 }, (_, i) => `p${i}`),
        ),
        "/payload/params",
      ],
      ["an unknown operation", { operation: "todo.explode" }, "/operation"],
      ["a deadline in the past", { deadline: 1_000 }, "/deadline"],
      ["an unknown field of the request", { prioritty: 1 }, "/prioritty"],
      ["a payload over 256 KiB", aTodo({ content: "字".repeat(100_000) }), "/payload"],
    ];

    it.each(cases)("%s is named by its pointer, and nothing is stored", async (_name, wrong, pointer) => {
      const result = await system.producer.enqueue({ ...aTodo(), ...wrong });

      expect(result).toMatchObject({ kind: "invalid", errors: [{ pointer }] });
      expect(await system.store.count("queued")).toBe(0);
    });

    it("does not affect the rest of a batch", async () => {
      const results = await system.producer.enqueueBatch([
        aTodo(),
        { ...aTodo(), operation: "nonsense" },
        aTodo(),
      ]);

      expect(results.map(({ kind }) => kind)).toEqual(["created", "invalid", "created"]);
    });

    it("passes fields that it does not know through to the platform", async () => {
      const id = await system.enqueue(aTodo({ brandNew: { nested: 0, empty: null } }));

      expect(JSON.parse((await system.store.payload(id)) ?? "{}")).toMatchObject({
        brandNew: { nested: 0, empty: null },
      });
    });
  });

  describe("a Redis that is away", () => {
    it("is an error within two seconds, not an endless wait", async () => {
      const config = systemConfig("http://127.0.0.1:9", { redisUrl: "redis://127.0.0.1:9" });
      const producer = createProducer({ config, onError: () => undefined });
      const askedAt = performance.now();

      const result = await producer.enqueue(aTodo());
      const waitedMs = performance.now() - askedAt;
      await producer.close();

      expect(result.kind).toBe("unavailable");
      // The promise itself is a time: a producer is told within two seconds that Redis is away.
      expect(waitedMs).toBeLessThan(2_000);
    });
  });
}
