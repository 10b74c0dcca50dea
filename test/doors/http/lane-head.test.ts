/**
 * A delivery that waits for another one of its lane says for which.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { startApiSystem, type ApiSystem } from "./api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem({ account: "todo: { mode: sync }" });
});
afterAll(async () => system.close());

const detailOf = async (id: string): Promise<unknown> =>
  (await system.call(`/v1/deliveries/${id}`)).json["detail"];

it("names the dead head of its lane until somebody has decided about it", async () => {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
  const head = await system.enqueue({ ...aTodo(), lane: "order-7" });
  expect((await system.ended(head)).state.status).toBe("dead");
  const second = await system.enqueue({ ...aTodo(), lane: "order-7" });

  expect(await detailOf(second)).toMatch(`waits in lane named:order-7 behind ${head}, which is dead`);

  await system.call(`/v1/dead-letters/${head}/discard`, { key: "ops", body: { note: "too late for it" } });
  await system.ended(second);
  expect(await detailOf(second)).toBeNull();
});

it("does not mention the lane where it waits for its own time, or is the head", async () => {
  const sendAt = Date.now() + 3_600_000;
  const head = await system.enqueue({ ...aTodo(), lane: "later", sendAt });
  const second = await system.enqueue({ ...aTodo(), lane: "later", sendAt });
  const third = await system.enqueue({ ...aTodo(), lane: "later" });

  expect([await detailOf(head), await detailOf(second)]).toEqual([null, null]);
  expect(await detailOf(third)).toBe(`waits in lane named:later behind ${head}, which is queued`);
});
