/**
 * Views of records that are not what they should be: one bad record is shown as one bad record, and spoils
 * no list.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { startApiSystem, type ApiSystem } from "./api-system.ts";
import { keysOf } from "../../support/keys-of.ts";

let system: ApiSystem;
beforeAll(async () => {
  // No worker: it would end what it cannot read.
  system = await startApiSystem({ withoutWorker: true });
});
afterAll(async () => {
  await system.close();
});

const recordOf = (id: string): string => keysOf(system).delivery(id);
async function change(id: string, field: string, by: (stored: string) => string): Promise<void> {
  await system.redis.hset(recordOf(id), field, by((await system.redis.hget(recordOf(id), field)) ?? ""));
}
type Item = Readonly<Record<string, unknown>>;
async function listed(query = ""): Promise<readonly Item[]> {
  const { status, json } = await system.call(`/v1/deliveries${query}`);
  expect(status).toBe(200);
  return json["items"] as Item[];
}
const itemOf = (items: readonly Item[], id: string): Item | undefined =>
  items.find((item) => item["id"] === id);

it.each([
  ["state", () => "{"],
  ["state", (text: string) => text.replace('"queued"', '"somewhere"')],
  ["request", () => "[]"],
  ["request", () => "\u0000"],
])("a list shows a record whose %s cannot be read as one dead item", async (field, by) => {
  const [bad, good] = [await system.enqueue(aTodo()), await system.enqueue(aTodo())];
  await change(bad, field, by);

  const items = await listed("?limit=500");
  expect(itemOf(items, bad)).toMatchObject({
    account: "yzj",
    status: "dead",
    reason: "invalid",
    detail: expect.stringContaining("cannot be read") as string,
  });
  expect(itemOf(items, good)).toMatchObject({ status: "queued" });
  expect((await system.call(`/v1/deliveries/${bad}`)).json).toMatchObject({ code: "unreadable" });
  expect(itemOf(await listed("?operation=todo.create&limit=500"), bad)).toBeUndefined();
});

it("a list shows a time that no date can hold as the nearest one that can", async () => {
  const id = await system.enqueue(aTodo());
  await change(id, "request", (text) => text.replace(/"deadlineAt":\d+/, '"deadlineAt":1e300'));
  await change(id, "state", (text) => text.replace(/"nextAt":\d+/, '"nextAt":-9e15'));

  expect(itemOf(await listed("?limit=500"), id)).toMatchObject({
    deadlineAt: "+275760-09-13T00:00:00.000Z",
    nextAt: "-271821-04-20T00:00:00.000Z",
  });
  expect((await system.call(`/v1/deliveries/${id}?include=timeline`)).status).toBe(200);
});

it("a timeline shows an unreadable entry in its place, and all others", async () => {
  const id = await system.enqueue(aTodo());
  const at = Date.parse("2030-01-01T00:00:00Z");
  const sent = JSON.stringify({ at, event: "sent", outcome: "accepted", to: 1 });
  await system.redis.hset(
    recordOf(id),
    "timeline",
    ['{"at":', sent, "17", '{"at":1e300,"event":"observing"}'].join("\n"),
  );

  const { status, json } = await system.call(`/v1/deliveries/${id}?include=timeline`);
  expect(status).toBe(200);
  const { createdAt, timeline } = json as { createdAt: string; timeline: readonly Item[] };
  expect(timeline.map(({ at: when, event }) => [when, event])).toEqual([
    [createdAt, "enqueued"],
    [createdAt, "unreadable"],
    ["2030-01-01T00:00:00.000Z", "sent"],
    ["2030-01-01T00:00:00.000Z", "unreadable"],
    ["+275760-09-13T00:00:00.000Z", "observing"],
  ]);
});

it("an unreadable payload, original or callback address breaks no view", async () => {
  const id = await system.enqueue(aTodo());
  await change(id, "request", (text) => text.replace("{", '{"callbackUrl":"nowhere",'));
  await system.redis.hset(recordOf(id), { payload: "{", originals: "\u001e{" });

  const { status } = await system.call(`/v1/deliveries/${id}?include=timeline,payload,callback`);
  expect(status).toBe(200);
});

it("waiting for a delivery that cannot be read is answered so", async () => {
  const id = await system.enqueue(aTodo());
  const waiting = system.call(`/v1/deliveries/${id}?wait=20`);
  await change(id, "state", () => "{");

  expect((await waiting).json).toMatchObject({ code: "unreadable" });
});
