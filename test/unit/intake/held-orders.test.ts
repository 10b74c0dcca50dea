/**
 * Orders that wait for their account.
 */
import { expect, it } from "vitest";
import { HeldOrders } from "../../../src/intake/held-orders.ts";
import type { StreamOrder } from "../../../src/intake/read-entry.ts";

const anOrder = (entry: string, text = "{}"): StreamOrder => ({
  entry,
  text,
  defaultKey: entry,
  reply: null,
});

it("tries an account's oldest order again, later each time, and at once while some are accepted", () => {
  const held = new HeldOrders();
  const [first, second] = [anOrder("1-0"), anOrder("2-0")];
  held.add("yzj", { order: first, now: 0 });
  held.add("yzj", { order: second, now: 0 });

  expect(held.due(249)).toEqual([]);
  expect(held.due(250)).toEqual([{ account: "yzj", orders: [first, second] }]);

  held.tried("yzj", { orders: [first, second], left: [first, second], now: 250 });
  expect(held.nextAt).toBe(750);
  held.tried("yzj", { orders: [first, second], left: [second], now: 750 });
  expect(held.nextAt).toBe(1_000);
  expect([held.has("1-0"), held.has("2-0")]).toEqual([false, true]);

  held.tried("yzj", { orders: [second], left: [], now: 1_000 });
  expect([held.waitsFor("yzj"), held.nextAt]).toEqual([false, Number.POSITIVE_INFINITY]);
});

it("holds no more than it has room for, and has room again", () => {
  const held = new HeldOrders();
  const large = anOrder("1-0", "x".repeat(32 * 1024 * 1024));

  expect(held.add("yzj", { order: large, now: 0 })).toBe(true);
  expect(held.add("hn", { order: anOrder("2-0"), now: 0 })).toBe(false);
  held.tried("yzj", { orders: [large], left: [], now: 250 });
  for (let at = 0; at < 1_000; at += 1)
    expect(held.add("yzj", { order: anOrder(`${at}-1`), now: 0 })).toBe(true);

  expect(held.add("hn", { order: anOrder("3-0"), now: 0 })).toBe(false);
});
