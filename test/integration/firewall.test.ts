/**
 * A 403 about one text is about that text. The account is held only when a harmless call is refused too.
 */
import { afterEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

const held = (): boolean => system.events.some(({ event }) => event === "account.held");

it("a firewall that refuses one text rejects that delivery, and the others continue", async () => {
  system = await startSystem({
    faults: { script: [{ fault: "firewall", endpoint: "todo.create", containing: "select *", times: -1 }] },
  });

  const refused = await system.enqueue(aTodo({ title: "select * from leave" }));
  const others = await Promise.all([aTodo(), aTodo()].map((todo) => system.enqueue(todo)));
  const ended = await Promise.all([refused, ...others].map((id) => system.ended(id)));

  expect(ended.map(({ state }) => state.status)).toEqual(["dead", "confirmed", "confirmed"]);
  expect(ended[0]?.state).toMatchObject({ reason: "rejected", sends: 1 });
  expect(held()).toBe(false);
});

it("a platform that refuses every call holds the account, and no delivery ends dead", async () => {
  system = await startSystem({
    faults: {
      script: [
        { fault: "firewall", endpoint: "todo.create", times: -1 },
        { fault: "firewall", endpoint: "todo.check", times: -1 },
      ],
    },
  });

  const id = await system.enqueue(aTodo());
  await eventually(held, (isHeld) => isHeld);
  expect(await system.store.count("dead")).toBe(0);
  await system.misbehave({ clear: true });

  expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", sends: 1 });
});
