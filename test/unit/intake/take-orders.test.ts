/**
 * What one order that fails inside Bida means for the others of its batch.
 */
import { expect, it } from "vitest";
import { takeOrders } from "../../../src/intake/take-orders.ts";

it("takes the other orders, and reports a bad one by its place in its source", async () => {
  const bugs: unknown[] = [];
  const order = (key: string): string =>
    JSON.stringify({ account: "yzj", operation: "todo.create", key, payload: {} });
  const found = ["1-0", "2-0", "3-0"].map((entry) => ({ entry, text: order(entry), defaultKey: entry }));

  const fates = await takeOrders(found, {
    source: { name: "stream", producer: "oa", accounts: ["yzj"] },
    ports: {
      enqueue: async (orders) =>
        orders.map((one) => {
          const { key } = one as { key: string };
          if (key === "2-0") throw new Error("a bug");
          return { kind: "created", id: key };
        }),
      refuse: async () => undefined,
      emit: (event) => void (event.event === "bug" && bugs.push(event)),
    },
  });

  expect(fates.map(({ kind }) => kind)).toEqual(["acknowledged", "later", "acknowledged"]);
  expect(bugs).toEqual([{ event: "bug", where: "the intake", account: "yzj", id: "2-0", detail: "a bug" }]);
});
